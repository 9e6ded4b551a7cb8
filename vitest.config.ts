import { defineConfig } from "vitest/config";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: { environment: "jsdom", include: ["js/tests/**/*.test.{ts,tsx}"], testTimeout: 20_000 },
});

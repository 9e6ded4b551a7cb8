/** Hand bytes to the reader as a file. */

const URL_LIFETIME = 60_000;

export function download(bytes: ArrayBufferView, filename: string): void {
  const copy = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength).slice();
  const url = URL.createObjectURL(new Blob([copy], { type: "text/html" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = filename;
  link.click();
  // The browser reads the URL after this function returns.
  setTimeout(() => URL.revokeObjectURL(url), URL_LIFETIME);
}

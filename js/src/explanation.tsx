/** The layout of one explanation. */

import type { JSX } from "preact";
import * as words from "../../lime_widgets/common/strings.json";
import type { Store } from "./state/store";
import { About } from "./views/about";
import { Answer, AnswerRange } from "./views/answer";
import { Bars } from "./views/bars";
import { Controls } from "./views/controls";
import { Fidelity } from "./views/fidelity";
import { Button } from "./views/fields";
import { Title } from "./views/heading";
import { Probabilities } from "./views/probabilities";
import { Status } from "./views/status";
import { Sum } from "./views/sum";
import { WhatIf } from "./views/what-if";

export function Explanation({ store }: { store: Store }): JSX.Element {
  const { domain, mode, title, hidden } = store.data.value;
  const showsInstance = !hidden.has(domain.part);
  const showsAnswer = !hidden.has(mode === "regression" ? "predicted_value" : "predict_proba");
  return (
    <section
      class="lime-widget"
      data-domain={domain.name}
      aria-label={title}
      // Notebooks read keys that reach them as commands: an arrow would leave the cell, "d d" delete it.
      onKeyDown={(event) => event.stopPropagation()}
    >
      <Header store={store} />
      <Controls store={store} />
      <Status store={store} />
      <div class="lime-columns">
        {showsInstance ? <domain.InstanceView store={store} /> : null}
        <div class="lime-side">
          <Bars store={store} />
          {showsInstance ? <WhatIf store={store} /> : null}
          <Sum store={store} />
          <Fidelity store={store} />
        </div>
        {showsAnswer ? mode === "regression" ? <AnswerRange store={store} /> : <Probabilities store={store} /> : null}
      </div>
      <About store={store} />
    </section>
  );
}

function Header({ store }: { store: Store }): JSX.Element {
  return (
    <header class="lime-header">
      <div>
        <Title store={store}>
          <bdi dir="auto">{store.data.value.title}</bdi>
        </Title>
        <Answer store={store} />
      </div>
      <div class="lime-actions">
        <Button text={words.reset} onClick={() => store.reset()} />
        {store.host.live ? (
          <Button text={words.export_html} onClick={() => store.host.send({ type: "export" })} />
        ) : null}
      </div>
    </header>
  );
}

/** The layout of one explanation. */

import type { JSX } from "preact";
import type { Store } from "./state/store";
import { About } from "./views/about";
import { Bars } from "./views/bars";
import { Controls } from "./views/controls";
import { Fidelity } from "./views/fidelity";
import { Button } from "./views/fields";
import { probability } from "./views/format";
import { Title } from "./views/heading";
import { Name } from "./views/names";
import { Probabilities } from "./views/probabilities";
import { Status } from "./views/status";
import { say, sayWith } from "./views/strings";
import { Sum } from "./views/sum";
import { Tokens } from "./views/tokens";
import { WhatIf } from "./views/what-if";

export function Explanation({ store }: { store: Store }): JSX.Element {
  const { domain, title, hidden } = store.data.value;
  return (
    <section
      class="lime-widget"
      data-domain={domain}
      aria-label={title}
      // Notebooks read keys that reach them as commands: an arrow would leave the cell, "d d" delete it.
      onKeyDown={(event) => event.stopPropagation()}
    >
      <Header store={store} />
      <Controls store={store} />
      <Status store={store} />
      <div class="lime-columns">
        {hidden.has("text") ? null : <Tokens store={store} />}
        <div class="lime-side">
          <Bars store={store} />
          {hidden.has("text") ? null : <WhatIf store={store} />}
          <Sum store={store} />
          <Fidelity store={store} />
        </div>
        {hidden.has("predict_proba") ? null : <Probabilities store={store} />}
      </div>
      <About store={store} />
    </section>
  );
}

function Header({ store }: { store: Store }): JSX.Element {
  const { title, classNames, predictProba } = store.data.value;
  const best = predictProba.indexOf(Math.max(...predictProba));
  const says = {
    class: (
      <strong>
        <Name of={classNames[best] ?? ""} />
      </strong>
    ),
    probability: <span class="lime-number">{probability(predictProba[best] ?? 0)}</span>,
  };
  return (
    <header class="lime-header">
      <div>
        <Title store={store}>
          <bdi dir="auto">{title}</bdi>
        </Title>
        <p>{sayWith("predicted", says)}</p>
      </div>
      <div class="lime-actions">
        <Button text={say("reset")} onClick={() => store.reset()} />
        {store.host.live ? <Button text={say("export")} onClick={() => store.host.send({ type: "export" })} /> : null}
      </div>
    </header>
  );
}

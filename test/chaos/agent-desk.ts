// An agent at her console: calls come in at a steady pace, and their screen pops arrive over a subscription that is begun again where it broke off.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ToldPop } from './answers.ts';
import { ask } from './asking.ts';

const start = `mutation ($input: StartInteractionInput!) {
  startInteraction(input: $input) { ... on InteractionRecorded { screenPop { number } } }
}`;
const listen = `subscription ($agentId: ID!, $after: String) {
  screenPop(agentId: $agentId, after: $after) { position number interactionId }
}`;

export interface AgentDesk {
  readonly agentId: string;
  readonly placementId: string;
  /** Any of them takes a call; the first has the subscription. */
  readonly urls: readonly string[];
  readonly customerOf: (call: number) => string;
  readonly everyMs: number;
  readonly promised: (pop: ToldPop) => void;
  readonly seen: (pop: ToldPop) => void;
}

/** Goes on until the process ends. */
export function openAgentDesk(desk: AgentDesk): void {
  void Promise.all([takeCalls(desk), watchScreen(desk)]);
}

async function takeCalls({ agentId, placementId: placement, urls, customerOf, everyMs, promised }: AgentDesk) {
  for (let call = 0; ; call += 1) {
    await delay(everyMs);
    const interactionId = randomUUID();
    const input = { interactionId, agentId, customerId: customerOf(call), placement };
    // Nobody waits with the next call until this one is answered.
    void ask<{ startInteraction: { screenPop?: { number: number } } }>(urls[call % urls.length] ?? '', start, {
      input,
    }).then(({ data }) => {
      const number = data?.startInteraction.screenPop?.number;
      if (number !== undefined) promised({ interactionId, number, at: Date.now() });
    });
  }
}

async function watchScreen({ agentId, urls, seen }: AgentDesk): Promise<never> {
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream', 'x-kairos-actor': agentId };
  let after = '';
  for (;;) {
    const body = JSON.stringify({ query: listen, variables: { agentId, after } });
    try {
      const { body: stream } = await fetch(urls[0] ?? '', { method: 'POST', headers, body });
      let text = '';
      for await (const part of stream?.pipeThrough(new TextDecoderStream()) ?? []) {
        const events = (text + part).split('\n\n');
        text = events.pop() ?? '';
        for (const event of events) {
          const data = /^event: next\ndata: (.*)$/m.exec(event)?.[1];
          const pop = data === undefined ? undefined : JSON.parse(data).data?.screenPop;
          if (!pop) continue;
          after = pop.position;
          seen({ interactionId: pop.interactionId, number: pop.number, at: Date.now() });
        }
      }
    } catch {
      // It is begun again, as a console does.
    }
    await delay(200);
  }
}

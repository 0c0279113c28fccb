// A scoring service that can be slow or wrong, as `docs/models.md` describes what it is asked and what it answers.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

export interface ModelService {
  readonly origin: string;
  /** Every answer comes so many milliseconds later. */
  slow(milliseconds: number): void;
  /** Answers are by turns no JSON, numbers that are none, and without some of the offers. */
  lie(): void;
  heal(): void;
  stop(): Promise<void>;
}

const lies: readonly ((offers: readonly string[]) => string)[] = [
  (offers) => `{"propensities":{${offers.map((offer) => `${JSON.stringify(offer)}:NaN`)}}}`,
  (offers) => JSON.stringify({ propensities: Object.fromEntries(offers.map((offer) => [offer, null])) }),
  (offers) => JSON.stringify({ propensities: Object.fromEntries(offers.map((offer) => [offer, 17])) }),
  (offers) => JSON.stringify({ propensities: Object.fromEntries(offers.slice(1).map((offer) => [offer, 0.5])) }),
  () => '{"propensities":{}}',
];

export async function startModelService(): Promise<ModelService> {
  let lagMs = 0;
  let isLying = false;
  let asked = 0;
  const server = createServer(async (request, response) => {
    const { offers } = JSON.parse(await text(request)) as { offers: readonly string[] };
    const lie = isLying ? lies[asked++ % lies.length] : undefined;
    const truth = { propensities: Object.fromEntries(offers.map((offer, index) => [offer, 0.8 - index / 100])) };
    if (lagMs > 0) await delay(lagMs);
    response.setHeader('content-type', 'application/json').end(lie?.(offers) ?? JSON.stringify(truth));
  });
  // Whoever asks may go away before the answer.
  server.on('clientError', (_, socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    origin: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    slow(milliseconds) {
      lagMs = milliseconds;
    },
    lie() {
      isLying = true;
    },
    heal() {
      lagMs = 0;
      isLying = false;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

// What stands behind each gateway: Kairos as a process that may be killed and started again, the shop, and lines that note.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../demo/redis-process.ts';
import { definePlacement, publishOffer, registerCustomer } from '../catalogue-of-tests.ts';
import { type Answer, type Json, schemaText, testVocabulary } from '../running-kairos.ts';
import { type StartedProcess, startProcess } from '../started-process.ts';
import { type Subgraph, shopText } from './composers.ts';
import { type RecordedLine, startRecordedLine } from './recorded-line.ts';
import { startShop } from './shop.ts';

export interface Graph {
  /** A temporary folder for the files of the gateway. */
  readonly folder: string;
  /** Of this machine, for the gateway: Kairos may call it back there. */
  readonly gatewayPort: number;
  readonly subgraphs: readonly Subgraph[];
  /** What gateways have sent to Kairos. */
  readonly line: RecordedLine;
  /** Asks Kairos itself. */
  ask(query: string, variables?: object, headers?: Record<string, string>): Promise<Answer>;
  /** Ends Kairos by a signal and starts it again over the same log, at another port behind the same line. */
  restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  stop(): Promise<void>;
}

/** The customers whom Kairos knows, and the shop too. */
export const customers = Array.from({ length: 100 }, (_, index) => `customer-${index}`);

export async function startGraph(): Promise<Graph> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-gateways-'));
  const vocabulary = join(folder, 'vocabulary.json');
  writeFileSync(vocabulary, JSON.stringify(testVocabulary));
  const gatewayPort = await freePort();
  const start = () =>
    startProcess({
      KAIROS_DATA: join(folder, 'data'),
      KAIROS_VOCABULARY: vocabulary,
      KAIROS_CALLBACK_ORIGINS: `http://127.0.0.1:${gatewayPort}`,
    });
  let kairos: StartedProcess = await start();
  const line = await startRecordedLine(() => new URL(kairos.url));
  const shop = await startShop();

  const graph: Graph = {
    folder,
    gatewayPort,
    subgraphs: [
      { name: 'kairos', url: line.url, sdl: schemaText },
      { name: 'shop', url: shop.url, sdl: shopText },
    ],
    line,
    ask: (query, variables, headers) => post(kairos.url, query, variables, headers),
    async restart(signal) {
      await kairos.end(signal);
      kairos = await start();
    },
    async stop() {
      await kairos.end('SIGTERM');
      await Promise.all([line.stop(), shop.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await fill(graph);
  return graph;
}

async function fill(graph: Graph): Promise<void> {
  const asked = {
    async data(query: string, variables?: object, headers?: Record<string, string>): Promise<Json> {
      const { data, errors } = await graph.ask(query, variables, { 'x-kairos-actor': 'ann', ...headers });
      if (errors) throw new Error(JSON.stringify(errors));
      return data;
    },
  };
  const suppression = { afterDecline: { seconds: 86_400 } };
  await publishOffer(asked, 'fuel', { products: ['sku-1', 'sku-22'], endAt: null, suppression });
  await definePlacement(asked, 'home');
  await definePlacement(asked, 'desk', { channel: 'CALL_CENTER' });
  await Promise.all(customers.map((customer) => registerCustomer(asked, customer)));
}

/** POSTs an operation and hands out the answer whole. */
export async function post(
  url: string,
  query: string,
  variables: object = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}

// Decides for customers whose facts are in Redis, or asks Redis bare of everything else what a decision asks; as fast as it can.
import { readFileSync } from 'node:fs';
import { askForReservation, type CapReply } from '../../projections/cap-question.ts';
import { customerFacts, customerProjections } from '../../projections/customer-facts.ts';
import { customerKeys } from '../../projections/redis-cap-events.ts';
import { writeEntry } from '../../projections/redis-entries.ts';
import { decisionIdOf } from '../../src/aggregates/decision/decider.ts';
import { startApp } from '../../src/app.ts';
import { expiryOf, holdEndOf } from '../../src/application/decided-offer.ts';
import { readModelProjections } from '../../src/application/kairos.ts';
import { randomId } from '../../src/application/random-ids.ts';
import { reservationOf } from '../../src/application/reservations.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { decide } from '../../src/decisioning/decide.ts';
import { fillSlots } from '../../src/decisioning/selection.ts';
import { totalCapsIn } from '../../src/decisioning/total-caps.ts';
import { createRedisReadSide } from '../../src/redis-read-side.ts';
import { settingsOf, tell } from '../processes.ts';
import { quantile } from '../statistics.ts';
import { keepOn } from './cores.ts';
import { sayInPassing } from './roles.ts';

/** RAW: one HMGET and one call of the script that reserves. CORE: read, decide, reserve. WHOLE: and recorded in the log. */
export type Deciding = 'RAW' | 'CORE' | 'WHOLE';

export interface DecidingSettings {
  readonly deciding: Deciding;
  /** Of a replica that answers. */
  readonly environment: Readonly<Record<string, string>>;
  readonly placementId: string;
  /** A file with a list of `Asked` in JSON. */
  readonly asks: string;
  /** The instant of all decisions, epoch milliseconds; absent: whatever it is by then. */
  readonly at?: number;
}

export interface Asked {
  readonly customerId: string;
  readonly attributes: Record<string, unknown>;
}

/** A round, each customer once, with so many at once; without a number: to undo what the last one has reserved. */
export interface DecidingCommand {
  readonly concurrency?: number;
}

export interface Round {
  readonly decisions: number;
  readonly seconds: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Microseconds of this process' time a decision. */
  readonly cpu: number;
  /** Decisions with an offer, for which places were reserved. */
  readonly reserved: number;
}

/** Decides once; whether anything was reserved. `undo` makes it as if it had not, for the next round. */
interface Contestant {
  decide(asked: Asked): Promise<boolean>;
  undo(): Promise<void>;
}

const { deciding, environment, placementId, ...settings } = settingsOf<DecidingSettings>();
const asks = JSON.parse(readFileSync(settings.asks, 'utf8')) as readonly Asked[];
const config = readConfig(environment);
const { kairos } = await startApp(config, sayInPassing);
await kairos.following.waitFor(await kairos.store.head(), 60_000);
const { readModels, gate } = kairos;
const now = () => settings.at ?? Date.now();

async function read(customerId: string, at: number) {
  const catalogue = await kairos.catalogue.current();
  const [entries, contactsIn] = await Promise.all([
    readModels.readTogether(customerProjections, customerId),
    gate.look(customerId, at, () => totalCapsIn(catalogue, placementId)),
  ]);
  return { catalogue, entries, contactsIn };
}

/** What `nextBestOffer` does, but for the log and for requests that are repeated. */
async function decidedFor({ customerId, attributes }: Asked) {
  const at = now();
  const { catalogue, entries, contactsIn } = await read(customerId, at);
  const customer = customerFacts(customerId, entries, at);
  const place = { placementId, callId: randomId(), taken: [] };
  const request = { ...place, at, context: attributes, seed: randomId(), isBlind: false };
  const verdict = decide(catalogue, request, customer, contactsIn(customer.timeZone));
  const decisionId = decisionIdOf(customerId, new Date(at).toISOString(), randomId());
  const selection = fillSlots(verdict, request, new Set());
  const heldUntil = holdEndOf(expiryOf(selection, customer, at));
  return { entries, wanted: reservationOf(catalogue, verdict, selection, decisionId, request, customer, heldUntil) };
}

function createCore(): Contestant {
  const made: { readonly customerId: string; readonly decisionId: string }[] = [];
  return {
    async decide(asked) {
      const { wanted } = await decidedFor(asked);
      if (wanted.offers.length === 0) return false;
      const { reserved } = await gate.reserve(wanted);
      if (reserved) made.push(wanted);
      return reserved;
    },
    async undo() {
      for (const { customerId, decisionId } of made.splice(0)) await gate.withdraw(customerId, decisionId);
    },
  };
}

function createWhole(): Contestant {
  return {
    async decide({ customerId, attributes }) {
      const id = randomId();
      const context = { at: new Date(now()).toISOString(), commandId: id, correlationId: id, actor: 'bench' };
      const decided = await kairos.nextBestOffer.decide({ customerId, attributes }, [placementId], context);
      if (!Array.isArray(decided)) throw new Error(`a decision was refused: ${JSON.stringify(decided)}`);
      const { offers, basis } = decided[0].data;
      if (basis.isBlind) throw new Error('a decision was made without Redis');
      return offers.length > 0;
    },
    async undo() {},
  };
}

/** The entries of each customer as five fields of one hash, and contacts of their own with what each has. */
async function createRaw({ redis }: Config): Promise<Contestant> {
  if (!redis) throw new Error('REDIS_URL is missing');
  const { store } = kairos;
  const side = createRedisReadSide({
    ...redis,
    store,
    projections: readModelProjections,
    commandTimeout: 10_000,
    onError: sayInPassing,
  });
  const { keys, serving } = side;
  const { client } = side.connection;
  await side.connection.connected();
  await side.control.refresh();
  const caps = side.control.buildOf({ name: 'caps', version: 1 });
  const fields = ['0', '1', '2', '3', '4'];
  const placeOf = (customerId: string) => keys.entry('raw', '1', customerId);
  const questions = new Map<string, { readonly keys: readonly string[]; readonly parts: readonly string[] }>();
  for (const asked of asks) {
    const { customerId } = asked;
    const { entries, wanted } = await decidedFor(asked);
    const contacts = await client.hgetall(keys.caps(caps, customerId));
    const values = [...entries.map((entry) => (entry ? writeEntry(entry) : '')), Object.entries(contacts).join()];
    await client.hset(
      placeOf(customerId),
      values.flatMap((value, index) => [fields[index] ?? '', value]),
    );
    const own = customerKeys(keys, 'raw', customerId);
    if (Object.keys(contacts).length > 0) await client.hset(own[0] ?? '', contacts);
    if (wanted.offers.length === 0) continue;
    questions.set(customerId, {
      keys: own,
      parts: askForReservation(wanted, undefined, undefined).text.split(wanted.decisionId),
    });
  }
  return {
    async decide({ customerId }) {
      await client.hmget(placeOf(customerId), ...fields);
      const question = questions.get(customerId);
      if (!question) return false;
      const replies = await serving.call('reserveOffers', question.keys, [question.parts.join(randomId())]);
      return (replies as readonly CapReply[])[0] === 'RESERVED';
    },
    async undo() {
      for (const { keys } of questions.values()) await client.hdel(keys[0] ?? '', '+');
    },
  };
}

async function roundOf(contestant: Contestant, concurrency: number): Promise<Round> {
  const latencies: number[] = [];
  const turns = asks.values();
  let [reserved, failed] = [0, 0];
  let failure: unknown;
  const [cpuBefore, begun] = [process.cpuUsage(), performance.now()];
  // All of them take from one row.
  const caller = async () => {
    for (const asked of turns) {
      const before = performance.now();
      try {
        if (await contestant.decide(asked)) reserved += 1;
        latencies.push(performance.now() - before);
      } catch (error) {
        failure = error;
        failed += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  // A machine at work may keep a server from answering in time.
  if (failed > asks.length / 10) throw new Error(`${failed} of ${asks.length} decisions failed`, { cause: failure });
  const decisions = latencies.length;
  const [p50, p99] = [quantile(latencies, 0.5), quantile(latencies, 0.99)];
  return { decisions, seconds, p50, p99, cpu: (user + system) / decisions, reserved };
}

const contestant = deciding === 'RAW' ? await createRaw(config) : deciding === 'CORE' ? createCore() : createWhole();
keepOn('MEASURED', process.pid);
process.on('message', async ({ concurrency }: DecidingCommand) => {
  if (concurrency !== undefined) return tell(await roundOf(contestant, concurrency));
  await contestant.undo();
  await tell({});
});
await tell({});

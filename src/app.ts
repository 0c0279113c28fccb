// The composition root: puts the parts of a process together, starts them in the order of need, stops them in the reverse.
import { setTimeout as delay } from 'node:timers/promises';
import { parse, print } from 'graphql';
import { demoQuery } from '../demo/demo-query.ts';
import { createInProcessCapGate } from '../projections/in-process-cap-gate.ts';
import { ForeignLog } from '../projections/redis-log-identity.ts';
import { createAdmission } from './application/admission.ts';
import { createCapRecounts } from './application/cap-recounts.ts';
import { createClock } from './application/clock.ts';
import { startExpirySweeper } from './application/expiry-sweeper.ts';
import { createKairos, type Kairos } from './application/kairos.ts';
import type { LateDecision, LateDecisions } from './application/late-decisions.ts';
import { tellAll } from './application/observations.ts';
import { firstPlacementOf, probeCustomerId } from './application/probe-customer.ts';
import { type StoreWatch, storeThere, watchStore } from './application/store-watch.ts';
import { createTokenVerifier } from './authentication/token-verifier.ts';
import type { Config } from './config.ts';
import { claimDataFolder, type DataFolder } from './data-folder.ts';
import { StoreUnavailable } from './event-store/event-store.ts';
import { settledMs } from './event-store/server-event-store.ts';
import { upcasting } from './event-store/upcasters.ts';
import { createCallback } from './graphql/callback.ts';
import { callerOf, createContext } from './graphql/context.ts';
import { defaultPages } from './graphql/default-page.ts';
import { foresee } from './graphql/foreseen.ts';
import { hostsAt } from './graphql/hosts.ts';
import { createIdentify, type Identify } from './graphql/identification.ts';
import { createMultipart } from './graphql/multipart.ts';
import { mutationShedding } from './graphql/mutation-shedding.ts';
import type { ContextRequest } from './graphql/operations.ts';
import { createPageGuard } from './graphql/page-guard.ts';
import { createPersistedOperations } from './graphql/persisted-operations.ts';
import { createRoleGuard } from './graphql/role-guard.ts';
import { buildSchema } from './graphql/schema.ts';
import { createGraphqlServer } from './graphql/server.ts';
import { createServerSentEvents } from './graphql/server-sent-events.ts';
import { validationRules } from './graphql/validation-rules.ts';
import { createWrittenDefaults } from './graphql/written-defaults.ts';
import { startHealthServer } from './health-server.ts';
import { openLateSpool } from './late-spools.ts';
import { type Observability, startObservability } from './observability.ts';
import { type OpenedLog, openLog as openNamedLog } from './open-log.ts';
import { createHttpPropensityService } from './propensity/http-propensity-service.ts';
import { inProcessReadSide, type OnError } from './read-side.ts';
import { type Readiness, withDegradations } from './readiness.ts';
import { takeRedisRole } from './redis-role.ts';
import { startProbe } from './service-levels/probe.ts';

export interface App {
  readonly kairos: Kairos;
  /** Where the subgraph answers: `http://127.0.0.1:4000/graphql`; of a projector, where it says how it is. */
  readonly url: string;
  /** Finishes what is under way, writes what was accepted, closes everything. */
  stop(): Promise<void>;
}

/** How often a process looks for what others have written to the log that they share, in milliseconds. */
const lookForOthersMs = 5;

/** Before a log that is away is asked again for the start, in milliseconds. */
const askAgainMs = 500;

/**
 * Resolves when the port listens and the read models have caught up with the log; with Redis that is not there yet, without them.
 * @throws Error that names the configuration variable at fault, or says that the log cannot be read.
 */
export async function startApp(config: Config, onError: OnError, openLog = openNamedLog): Promise<App> {
  const identify = createIdentify(config.tokens && createTokenVerifier(config.tokens, { onError }));
  const observability = await startObservability({
    guardPage: createPageGuard({ identify, token: config.metricsToken }),
    metrics: config.metrics,
    minuteMs: config.minuteMs,
    tracing: config.tracing,
    onError,
  });
  const folder = claimDataFolder(config.data, config.redis !== undefined);
  const spool = config.role === 'projector' ? undefined : await openSpool(config, folder, onError);
  let starting: PromiseWithResolvers<never> | undefined = Promise.withResolvers<never>();
  starting.promise.catch(() => {});
  let log: OpenedLog | undefined;
  let watch: StoreWatch | undefined;
  let tell: OnError = onError;
  let late: LateDecisions | undefined;
  /** While it starts, nothing is tried again in the background: a log that cannot be read is for a person to see. */
  function onFailure(error: unknown): void {
    const isToWaitFor = log?.isServer && error instanceof StoreUnavailable;
    if (starting && !isToWaitFor) starting.reject(error);
    else tell(error);
  }
  try {
    log = await openLog(config, { onError: onFailure, ...(config.redis && { pollEvery: lookForOthersMs }) });
    const store = upcasting(observability.observeStore(log.store));
    watch = watchStore({ store, onError });
    const { stop: stopWatching } = watch;
    tell = watch.tell;
    if (log.isServer) await storeThere({ store, wait: () => delay(askAgainMs) }, tell);
    const { ready, close, ...readSide } = config.redis
      ? takeRedisRole({
          ...config.redis,
          ...timesFor(config),
          role: config.role,
          store,
          observed: observability,
          onError: tell,
          onBreaker: tellAll(observability.observers, onError).breaker,
        })
      : inProcessReadSide(tell, observability);
    tell = readSide.tell;
    const clock = createClock(config.clock);
    const { vocabulary, modelServices } = config;
    const recounts =
      config.capRecountMs === undefined || config.role === 'api'
        ? undefined
        : createCapRecounts({ everyMs: config.capRecountMs, emptyGate: createInProcessCapGate, onError: tell });
    const kairos = createKairos({
      store,
      ...readSide,
      vocabulary,
      clock,
      spool,
      propensityService:
        modelServices && createHttpPropensityService({ ...modelServices, setting: 'KAIROS_MODEL_ORIGINS' }),
      admission: config.mostUnderWay === undefined ? undefined : createAdmission({ most: config.mostUnderWay }),
      watchesLag: log.isServer,
      observers: recounts ? [...observability.observers, recounts.noting] : observability.observers,
      serviceLevels: observability.serviceLevels,
      onError: onFailure,
    });
    await Promise.race([kairos.following.start(), starting.promise]);
    starting = undefined;
    late = kairos.late;
    await late?.start();
    const readiness = () => withDegradations(ready(), { store, late: kairos.late, breaker: readSide.breaker });
    observability.watch(kairos, readiness);
    const server = await serve(config, kairos, readiness, tell, observability, identify);
    const probe =
      config.probe &&
      startProbe({
        url: server.url,
        ...config.probe,
        customerId: probeCustomerId,
        placement: async () => config.probe?.placement ?? firstPlacementOf(await kairos.catalogue.current()),
        serviceLevels: observability.serviceLevels,
        onError: tell,
      });
    recounts?.start(kairos);
    const { outcomes } = kairos;
    const sweeper =
      config.role === 'api'
        ? undefined
        : startExpirySweeper({ outcomes, clock, onError: tell, intervalMs: config.expirySweep });
    return {
      kairos,
      url: server.url,
      async stop() {
        await probe?.stop();
        await server.drain();
        await sweeper?.stop();
        await recounts?.stop();
        await kairos.doubtful.stop();
        await kairos.late?.stop();
        kairos.propensities.stop();
        await kairos.screenPops.close();
        await kairos.following.stop();
        await kairos.readModels.close();
        await close();
        stopWatching();
        await store.close();
        await observability.stop();
        folder.release();
      },
    };
  } catch (error) {
    watch?.stop();
    await late?.stop();
    spool?.close();
    await observability.stop();
    folder.release();
    throw startFailure(error, config);
  }
}

/**
 * A reservation and its decision are two appends to an event store, each of which may take its whole time; before a reservation its stream
 * may have to be read, by which it is still good. What was given up may be written later.
 */
function timesFor({ eventStore }: Config) {
  if (!eventStore) return {};
  const { timeoutMs } = eventStore;
  return { goodForMs: 900 + timeoutMs, graceMs: 1000 + 2 * timeoutMs, recordWithinMs: 2 * timeoutMs + settledMs };
}

async function openSpool({ data }: Config, { release }: DataFolder, onError: OnError) {
  try {
    return await openLateSpool<LateDecision>(data, (error) => onError(error));
  } catch (error) {
    release();
    const cause = (error as Error).message;
    throw new Error(`KAIROS_DATA: the late decisions in ${data} cannot be used: ${cause}`, { cause: error });
  }
}

async function serve(
  config: Config,
  kairos: Kairos,
  ready: () => Readiness,
  onError: OnError,
  { pages, serverObserver, operationTracing }: Observability,
  identify: Identify,
) {
  if (config.role === 'projector') return startHealthServer({ ...config, pages, onError }, ready);
  const { tokens, subscriptionsPerAgent = 20, subscriptionLife = 86_400 } = config;
  const server = createGraphqlServer({
    schema: buildSchema(config.authDirectives),
    createContext(caller: ContextRequest) {
      const identity = identify(caller);
      if (!(identity instanceof Promise)) return createContext(kairos, caller, identity);
      return identity.then((proved) => createContext(kairos, caller, proved));
    },
    admit: tokens && identify,
    guard: createRoleGuard({ subscriptionsPerAgent }),
    timeouts: { subscription: subscriptionLife * 1000 },
    host: config.host,
    port: config.port,
    playground: config.playground,
    landing: { title: 'Kairos', ...(config.demo && { query: print(parse(demoQuery.query)) }) },
    ready,
    pages: { ...pages, ...defaultPages(kairos) },
    observer: serverObserver,
    tracing: operationTracing,
    onError,
    foresee,
    ...limitsOf(config, kairos, operationTracing === undefined),
    hosts: hostsAt(config.host),
    transports: [
      createCallback({ origins: config.callbackOrigins ?? [], setting: 'KAIROS_CALLBACK_ORIGINS' }),
      createMultipart(),
      // What is resumable here has the position at which to go on, and takes it back as `after`.
      createServerSentEvents({ resume: { field: 'position', variable: 'after' } }),
    ],
  });
  const { url } = await server.listen();
  return { url: `${url}/graphql`, drain: server.drain };
}

function limitsOf(
  { introspection = true, persistedOperations, mutationRate, connectionsPerAddress }: Config,
  kairos: Kairos,
  isUntraced: boolean,
) {
  return {
    validationRules: validationRules(introspection),
    limits: {
      persisted: persistedOperations && createPersistedOperations(persistedOperations),
      hideSuggestions: !introspection,
      mutationRate: mutationRate === undefined ? undefined : { perSecond: mutationRate, callerOf },
      shedding: mutationShedding(kairos),
      written: isUntraced ? createWrittenDefaults() : undefined,
      ...(connectionsPerAddress !== undefined && { connectionsPerAddress }),
    },
  };
}

function startFailure(error: unknown, { port, data, eventStore }: Config): Error {
  if (error instanceof ForeignLog) return new Error(`REDIS_URL: ${error.message}`, { cause: error });
  const { code, message } = error as { code?: string; message: string };
  if (code === 'EADDRINUSE') return new Error(`KAIROS_PORT: the port ${port} is taken`, { cause: error });
  if (code === 'EACCES') return new Error(`KAIROS_PORT: the port ${port} may not be opened`, { cause: error });
  if (!eventStore) return new Error(`the event log in ${data} cannot be used: ${message}`, { cause: error });
  const why = `the event log at ${eventStore.url.shown} cannot be used: ${deepestMessageOf(error)}`;
  return new Error(message.startsWith('EVENTSTORE_URL') ? message : `EVENTSTORE_URL: ${why}`, { cause: error });
}

/** Why a server does not answer, rather than that it does not. */
function deepestMessageOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof StoreUnavailable ? deepestMessageOf(cause) : message;
}

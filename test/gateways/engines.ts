// The gateways: how each is configured and started, where its clients listen, and where it puts the codes of errors.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../running-kairos.ts';
import { type Program, type StartedProgram, startProgram } from '../started-process.ts';
import { composers } from './composers.ts';
import type { Graph } from './graph.ts';

/** How subscriptions come from Kairos to a gateway. */
export type Wire = 'server-sent events' | 'WebSocket' | 'HTTP callback';

export interface Engine {
  readonly name: string;
  /** Of npm: where one of them is missing, the engine cannot be tried. */
  readonly packages: readonly string[];
  /** Those that it is tried with; none where it has no subscriptions. */
  readonly wires: readonly Wire[];
  /** Where its clients listen to subscriptions by graphql-transport-ws. */
  readonly listenAt: string;
  /** Writes its configuration into the folder of the graph, and says how it is started. */
  prepare(graph: Graph, wire: Wire | undefined): Program;
  /** The code that Kairos gave an error. */
  codeOf(error: Json): unknown;
}

export interface Gateway {
  readonly url: string;
  readonly listenUrl: string;
  output(): string;
  /** Ends it by a signal. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts it again at the same port. */
  startAgain(): Promise<void>;
}

/** What clients say of themselves, and every gateway hands on to the subgraphs. */
const forwarded = ['authorization', 'x-correlation-id', 'x-kairos-actor'];

const installed = join(import.meta.dirname, 'node_modules');
const codeInExtensions = ({ extensions }: Json) => extensions.code;

export const hive: Engine = hiveGateway('Hive Gateway', [], ['@graphql-hive/gateway']);

export const hiveRouter: Engine = hiveGateway(
  'Hive Gateway with --hive-router-runtime',
  ['--hive-router-runtime'],
  ['@graphql-hive/gateway', '@graphql-hive/router-runtime', '@graphql-hive/router-query-planner'],
);

function hiveGateway(name: string, options: readonly string[], packages: readonly string[]): Engine {
  return {
    name,
    packages,
    wires: ['server-sent events', 'WebSocket', 'HTTP callback'],
    listenAt: '/graphql',
    prepare({ folder, subgraphs, gatewayPort }, wire) {
      const supergraph = composers['@theguild/federation-composition'](subgraphs).supergraph;
      writeFileSync(join(folder, 'supergraph.graphql'), supergraph);
      writeFileSync(join(folder, 'gateway.config.js'), hiveConfiguration(gatewayPort, wire));
      return {
        command: process.execPath,
        args: [
          join(installed, '@graphql-hive/gateway/dist/bin.js'),
          ...['supergraph', 'supergraph.graphql', '--config-path', 'gateway.config.js'],
          ...['--host', '127.0.0.1', '--port', String(gatewayPort), ...options],
        ],
        cwd: folder,
        environment: {},
        ready: 'Listening on',
      };
    },
    codeOf: codeInExtensions,
  };
}

/** Clients over WebSocket say who they are in `connection_init`; server-sent events need no more than that it is handed on. */
function hiveConfiguration(gatewayPort: number, wire: Wire | undefined): string {
  const authorization = '{context.connectionParams.authorization}';
  const subscriptions = {
    'server-sent events': undefined,
    WebSocket: { kind: 'ws', location: '/ws', options: { connectionParams: { authorization } } },
    'HTTP callback': {
      kind: 'http-callback',
      headers: [['authorization', authorization]],
      options: {
        public_url: `http://127.0.0.1:${gatewayPort}/callback`,
        path: '/callback',
        heartbeat_interval: 1000,
      },
    },
  }[wire ?? 'server-sent events'];
  return `export const gatewayConfig = {
    propagateHeaders: {
      fromClientToSubgraphs({ request, context }) {
        const names = ${JSON.stringify(forwarded)};
        return Object.fromEntries(
          names.map((name) => [name, context.connectionParams?.[name] ?? request.headers.get(name)]),
        );
      },
    },
    webhooks: ${wire === 'HTTP callback'},
    transportEntries: ${JSON.stringify({ kairos: { options: { subscriptions } } })},
  };`;
}

const grafbaseBuild = '@grafbase/cli-x86_64-unknown-linux-musl';

export const grafbase: Engine = {
  name: 'Grafbase',
  // The build itself: the package `grafbase` asks for builds of other platforms, too, which are not there for this version.
  packages: [grafbaseBuild],
  wires: ['WebSocket'],
  listenAt: '/ws',
  prepare({ folder, subgraphs, gatewayPort }) {
    const forwarding = forwarded.map((name) => `[[headers]]\nrule = "forward"\nname = "${name}"\n`).join('');
    const webSockets = subgraphs
      .filter(({ name }) => name === 'kairos')
      .map(({ name, url }) => `[subgraphs.${name}]\nwebsocket_url = "${url.replace('http:', 'ws:')}"\n`)
      .join('');
    writeFileSync(join(folder, 'grafbase.toml'), `${forwarding}${webSockets}`);
    for (const { name, sdl } of subgraphs) writeFileSync(join(folder, `${name}.graphql`), sdl);
    const sources = subgraphs.map(
      ({ name, url }) => `[subgraphs.${name}]\nurl = "${url}"\nschema_path = "${join(folder, name)}.graphql"\n`,
    );
    writeFileSync(join(folder, 'overrides.toml'), sources.join(''));
    return {
      command: join(installed, grafbaseBuild, 'grafbase'),
      args: ['dev', '-c', 'grafbase.toml', '-o', 'overrides.toml', '-p', String(gatewayPort)],
      cwd: folder,
      environment: { HOME: folder, GRAFBASE_TELEMETRY_DISABLED: '1' },
      ready: 'Listening',
    };
  },
  codeOf: ({ extensions }) => extensions.upstream_extensions?.code ?? extensions.code,
};

export const apolloGateway: Engine = {
  name: '@apollo/gateway',
  packages: ['@apollo/gateway', '@apollo/server'],
  wires: [],
  listenAt: '',
  prepare({ folder, subgraphs, gatewayPort }) {
    const supergraph = join(folder, 'supergraph.graphql');
    writeFileSync(supergraph, composers['@apollo/composition'](subgraphs).supergraph);
    return {
      command: process.execPath,
      args: ['apollo-gateway.js', supergraph, String(gatewayPort)],
      cwd: import.meta.dirname,
      environment: { APOLLO_TELEMETRY_DISABLED: '1' },
      ready: 'listens on',
    };
  },
  codeOf: codeInExtensions,
};

/** What is missing for an engine to be tried; undefined when nothing is. */
export function missingFor({ packages }: Engine): string | undefined {
  const missing = packages.filter((name) => !existsSync(join(installed, name, 'package.json')));
  return missing.length > 0 ? `${missing.join(', ')} could not be installed` : undefined;
}

export async function startGateway(engine: Engine, graph: Graph, wire: Wire | undefined): Promise<Gateway> {
  const program = engine.prepare(graph, wire);
  let started: StartedProgram = await startProgram(program);
  return {
    url: `http://127.0.0.1:${graph.gatewayPort}/graphql`,
    listenUrl: `ws://127.0.0.1:${graph.gatewayPort}${engine.listenAt}`,
    output: () => started.output(),
    async end(signal) {
      await started.end(signal);
    },
    async startAgain() {
      started = await startProgram(program);
    },
  };
}

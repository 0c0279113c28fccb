// mercurius on Fastify, with its compiler on from the first request.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPeerLoader } from '../../peers.ts';
import { settingsOf } from '../../processes.ts';
import { typeDefs } from '../question.ts';
import { type ConstantSettings, listensAt, notAvailable } from './settings.ts';

interface Fastify {
  default(): {
    readonly server: Server;
    register(plugin: unknown, options: object): void;
    listen(options: { port: number; host: string }): Promise<string>;
  };
}

const loadPeer = createPeerLoader();
const fastify = await loadPeer<Fastify>('fastify');
const mercurius = await loadPeer<{ default: unknown }>('mercurius');

if (fastify && mercurius) {
  const { answer } = settingsOf<ConstantSettings>();
  const app = fastify.default();
  const resolvers = { Query: { nextBestOffer: () => answer } };
  app.register(mercurius.default, { schema: typeDefs, resolvers, jit: 1 });
  await app.listen({ port: 0, host: '127.0.0.1' });
  await listensAt((app.server.address() as AddressInfo).port);
} else await notAvailable();

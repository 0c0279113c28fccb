// Apollo Server on Express as their documentation puts them together.
import { createServer, type RequestListener } from 'node:http';
import { createPeerLoader } from '../../peers.ts';
import { settingsOf } from '../../processes.ts';
import { typeDefs } from '../question.ts';
import { type ConstantSettings, listen, notAvailable } from './settings.ts';

interface Apollo {
  ApolloServer: new (options: object) => { start(): Promise<void> };
}
interface Integration {
  expressMiddleware(server: object): unknown;
}
interface Express {
  default: (() => RequestListener & { use(path: string, ...handlers: unknown[]): void }) & { json(): unknown };
}

const loadPeer = createPeerLoader();
const apollo = await loadPeer<Apollo>('@apollo/server');
const integration = await loadPeer<Integration>('@as-integrations/express5');
const express = await loadPeer<Express>('express');

if (apollo && integration && express) {
  const { answer } = settingsOf<ConstantSettings>();
  const server = new apollo.ApolloServer({ typeDefs, resolvers: { Query: { nextBestOffer: () => answer } } });
  await server.start();
  const app = express.default();
  app.use('/graphql', express.default.json(), integration.expressMiddleware(server));
  listen(createServer(app));
} else await notAvailable();

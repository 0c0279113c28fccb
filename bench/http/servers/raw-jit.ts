// As little as can be: graphql-jit on `node:http`, each document compiled once, nothing checked.
import { createPeerLoader } from '../../peers.ts';
import { settingsOf } from '../../processes.ts';
import { typeDefs } from '../question.ts';
import { type ConstantSettings, listen, notAvailable, plainServer } from './settings.ts';

interface Graphql {
  parse(document: string): object;
  buildSchema(typeDefs: string): object;
}

interface Jit {
  /** Of a document with errors it makes a result, without `query`. */
  compileQuery(schema: object, document: object): { query?(root: object, context: object, variables: object): unknown };
}

const loadPeer = createPeerLoader();
const graphql = await loadPeer<Graphql>('graphql');
const jit = await loadPeer<Jit>('graphql-jit');

if (graphql && jit) serve(graphql, jit);
else await notAvailable();

function serve({ parse, buildSchema }: Graphql, { compileQuery }: Jit): void {
  const schema = buildSchema(typeDefs);
  const { answer } = settingsOf<ConstantSettings>();
  const root = { nextBestOffer: answer };
  const compiled = new Map<string, ReturnType<Jit['compileQuery']>>();
  const compiledOf = (document: string) => {
    const known = compiled.get(document);
    if (known) return known;
    const made = compileQuery(schema, parse(document));
    compiled.set(document, made);
    return made;
  };
  listen(plainServer(({ query, variables }) => compiledOf(query).query?.(root, {}, variables)));
}

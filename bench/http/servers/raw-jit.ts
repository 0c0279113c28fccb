// As little as can be: graphql-jit on `node:http`, each document compiled once, nothing checked.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { settingsOf } from '../../processes.ts';
import { constantSchema } from './constant-schema.ts';
import { type ConstantSettings, listen } from './settings.ts';

interface Jit {
  /** Of a document with errors it makes a result, without `query`. */
  compileQuery(schema: object, document: object): { query?(root: object, context: object, variables: object): unknown };
}

// The project's own: beside the bench's peers there are others, and they must not meet.
const projectRequire = createRequire(new URL('../../../package.json', import.meta.url));
const { parse } = projectRequire('graphql') as { parse(document: string): object };
const { compileQuery } = projectRequire('graphql-jit') as Jit;
const schema = constantSchema(settingsOf<ConstantSettings>().answer);
const compiled = new Map<string, ReturnType<Jit['compileQuery']>>();

function compiledOf(document: string): ReturnType<Jit['compileQuery']> {
  const known = compiled.get(document);
  if (known) return known;
  const made = compileQuery(schema, parse(document));
  compiled.set(document, made);
  return made;
}

listen(
  createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => {
      body += part;
    });
    request.on('end', async () => {
      const { query, variables } = JSON.parse(body) as { query: string; variables: object };
      const result = compiledOf(query).query?.({}, {}, variables);
      const text = JSON.stringify(result instanceof Promise ? await result : result);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
      response.end(text);
    });
  }),
);

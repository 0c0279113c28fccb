// Kairos' own server, set up as `src/app.ts` does, with a constant resolver.

import { foresee } from '../../../src/graphql/foreseen.ts';
import { hostsAt } from '../../../src/graphql/hosts.ts';
import { createGraphqlServer } from '../../../src/graphql/server.ts';
import { validationRules } from '../../../src/graphql/validation-rules.ts';
import { settingsOf } from '../../processes.ts';
import { constantSchema } from './constant-schema.ts';
import { type ConstantSettings, listensAt } from './settings.ts';

const host = '127.0.0.1';
const server = createGraphqlServer({
  schema: constantSchema(settingsOf<ConstantSettings>().answer),
  createContext: () => ({}),
  host,
  port: 0,
  playground: true,
  landing: { title: 'Kairos' },
  ready: () => ({ ready: true }),
  onError: (error) => console.error(error),
  foresee,
  validationRules: validationRules(true),
  hosts: hostsAt(host),
});
const { port } = await server.listen();
await listensAt(port);

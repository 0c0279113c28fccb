// No GraphQL at all: `node:http` that reads JSON and writes JSON.
import { settingsOf } from '../../processes.ts';
import { type ConstantSettings, listen, plainServer } from './settings.ts';

const { answer } = settingsOf<ConstantSettings>();

listen(plainServer(({ query }) => ({ data: { nextBestOffer: query ? answer : null } })));

// No GraphQL at all: `node:http` that reads JSON and writes JSON.
import { createServer } from 'node:http';
import { settingsOf } from '../../processes.ts';
import { type ConstantSettings, listen } from './settings.ts';

const { answer } = settingsOf<ConstantSettings>();

listen(
  createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => {
      const { query } = JSON.parse(body) as { query?: string };
      const text = JSON.stringify({ data: { nextBestOffer: query ? answer : null } });
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
      response.end(text);
    });
  }),
);

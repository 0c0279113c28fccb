// What somebody sends who means harm: each once, with the answer that it has to get.
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';

export interface Attack {
  readonly name: string;
  /** Sends it once; resolves when it has been refused. Rejects when it was not. */
  send(): Promise<void>;
}

const many = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index));

export interface Attacks {
  readonly attacks: readonly Attack[];
  end(): void;
}

export function createAttacks(url: string): Attacks {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });

  const posted = (name: string, body: string, status: number): Attack => ({
    name,
    async send() {
      const answered = await post(url, body, agent);
      if (answered !== status) throw new Error(`${name} was answered with ${answered}, not ${status}`);
    },
  });
  const query = (text: string) => JSON.stringify({ query: text });

  return {
    attacks: [
      posted('10,000 aliases', query(`{ ${many(10_000, (index) => `a${index}: __typename`).join(' ')} }`), 400),
      posted('1,000 aliases', query(`{ ${many(1000, (index) => `a${index}: __typename`).join(' ')} }`), 400),
      posted('2,000 times one field', query(`{ vocabulary { ${'currency '.repeat(1999)} } nothing }`), 400),
      posted(
        '200 levels',
        query(`{ ${'customer(id: "c") { nextBestOffer(placement: "p") { '.repeat(100)} id ${'}'.repeat(201)}`),
        400,
      ),
      posted('fragments that double', query(doubling), 400),
      posted(
        'a body of 5 MB',
        JSON.stringify({ query: '{ __typename }', variables: { a: 'x'.repeat(5_000_000) } }),
        413,
      ),
      posted(
        'a body of 1 MB of JSON',
        JSON.stringify({ query: 'x', variables: many(60_000, (index) => `value ${index}`) }),
        400,
      ),
      posted(
        'a batch of 1,000 operations',
        JSON.stringify(many(1000, () => '').map(() => ({ query: '{ __typename }' }))),
        400,
      ),
      { name: 'a slow client (slow-loris)', send: () => slowly(new URL(url)) },
    ],
    end: () => agent.destroy(),
  };
}

const doubling = `{ customer(id: "c") { ...F0 } } ${many(7, (index) => {
  const asked = many(8, (number) => `n${number}: nextBestOffer(placement: "p") { customer { ...F${index + 1} } }`);
  return `fragment F${index} on Customer { ${asked.join(' ')} }`;
}).join(' ')} fragment F7 on Customer { id }`;

function post(url: string, body: string, agent: Agent): Promise<number> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A byte of a header now and then, until the server has had enough. */
async function slowly({ hostname, port }: URL): Promise<void> {
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.write('POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: ');
  const writing = setInterval(() => socket.write('x'), 250);
  let answer = '';
  socket.setEncoding('latin1').on('data', (part) => {
    answer += part;
  });
  await once(socket, 'close');
  clearInterval(writing);
  if (!answer.startsWith('HTTP/1.1 408 ')) throw new Error(`a slow client was answered with ${answer.slice(0, 20)}`);
}

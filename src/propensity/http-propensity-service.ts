// Propensities over HTTP: one POST for all offers of a decision, to an address that is allowed, with an answer that is looked at closely.
import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { z } from 'zod';
import {
  PropensityFailure,
  type PropensityQuestion,
  type PropensityService,
} from '../application/propensity-service.ts';

export interface HttpPropensityServiceOptions {
  /** Origins that may be asked, `https://scores.example`: nobody who writes a model can make this server post to where he likes. */
  readonly origins: readonly string[];
  /** Where `origins` are configured: a refusal names it. */
  readonly setting: string;
  /** What an origin is sent as `authorization: Bearer …`, by origin. */
  readonly tokens?: ReadonlyMap<string, string>;
  /** Bytes of an answer; 1 MiB when absent. */
  readonly mostBytes?: number;
}

/** Connections to one origin at most. */
const connections = 64;

const answerForm = z.object({ propensities: z.record(z.string(), z.unknown()) });

/**
 * Redirections are not followed: an address that was checked leads nowhere else. Of an answer only the offers are looked at that were asked
 * about; one that is there and is no number from 0 to 1 makes all of the answer useless, as it is of a service that is not well.
 */
export function createHttpPropensityService(options: HttpPropensityServiceOptions): PropensityService {
  const { origins, setting, tokens, mostBytes = 1024 * 1024 } = options;
  const http = new HttpAgent({ keepAlive: true, maxSockets: connections });
  const https = new HttpsAgent({ keepAlive: true, maxSockets: connections });

  function problemOf(url: string): string | undefined {
    if (!URL.canParse(url)) return 'is no URL';
    const { origin, username, password, hash } = new URL(url);
    if (username || password) return 'has a user or a password, which would be in the log for ever';
    if (hash) return 'has a fragment, which is never sent';
    return origins.includes(origin) ? undefined : `is not of ${setting}, where the origins are that may be asked`;
  }

  function begin(url: URL, text: string, until: AbortSignal): ClientRequest {
    const token = tokens?.get(url.origin);
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      accept: 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    const asked = { method: 'POST', headers, signal: until };
    return url.protocol === 'https:'
      ? httpsRequest(url, { ...asked, agent: https })
      : httpRequest(url, { ...asked, agent: http });
  }

  /** The body of the answer. */
  function post(url: URL, text: string, until: AbortSignal, isSecond = false): Promise<string> {
    return new Promise((resolve, reject) => {
      const request = begin(url, text, until);
      request.on('response', (response) => bodyOf(response, url, mostBytes).then(resolve, reject));
      request.on('error', (error: NodeJS.ErrnoException) => {
        // The service has closed a connection that waited for a next question.
        const isStale = request.reusedSocket && error.code === 'ECONNRESET' && !isSecond && !until.aborted;
        if (isStale) post(url, text, until, true).then(resolve, reject);
        else reject(new PropensityFailure('UNAVAILABLE', `${url.origin} cannot be asked: ${error.code ?? error.name}`));
      });
      request.end(text);
    });
  }

  return {
    problemOf,
    async ask({ url: address, ...question }, until) {
      const problem = problemOf(address);
      if (problem) throw new PropensityFailure('UNAVAILABLE', `the address of the model ${question.model} ${problem}`);
      const url = new URL(address);
      const text = await untilAborted(post(url, JSON.stringify(question), until), until);
      return propensitiesIn(text, question.offers, url.origin);
    },
    close() {
      http.destroy();
      https.destroy();
    },
  };
}

/** Whatever the work fails with because it was aborted: the reason why it was. */
async function untilAborted<Result>(work: Promise<Result>, until: AbortSignal): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    until.throwIfAborted();
    throw error;
  }
}

function bodyOf(response: IncomingMessage, { origin }: URL, mostBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const refuse = (why: PropensityFailure['why'], what: string) => {
      // Nobody reads the rest.
      response.destroy();
      reject(new PropensityFailure(why, `${origin} ${what}`));
    };
    const status = response.statusCode ?? 0;
    const isBusy = status >= 500 || status === 429 || status === 408;
    if (status !== 200) return refuse(isBusy ? 'UNAVAILABLE' : 'INVALID', `answers with status ${status}`);
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostBytes) return refuse('INVALID', `answers with more than ${mostBytes} bytes`);
      chunks.push(chunk);
    });
    response.on('end', () => resolve(Buffer.concat(chunks).toString()));
    response.on('close', () => refuse('UNAVAILABLE', 'stops in the middle of an answer'));
    response.on('error', () => {});
  });
}

function propensitiesIn(
  text: string,
  offers: PropensityQuestion['offers'],
  origin: string,
): ReadonlyMap<string, number> {
  const { propensities } = read(text, origin);
  const given = new Map<string, number>();
  for (const offerId of offers) {
    if (!Object.hasOwn(propensities, offerId)) continue;
    const propensity = propensities[offerId];
    if (typeof propensity !== 'number' || !(propensity >= 0 && propensity <= 1)) {
      throw new PropensityFailure('INVALID', `${origin} gives the offer ${offerId} what is no number from 0 to 1`);
    }
    // JSON can say −0, and would not keep it.
    given.set(offerId, propensity + 0);
  }
  return given;
}

function read(text: string, origin: string): z.infer<typeof answerForm> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new PropensityFailure('INVALID', `${origin} answers with what is no JSON`);
  }
  const parsed = answerForm.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new PropensityFailure('INVALID', `${origin} answers without propensities by offer`);
}

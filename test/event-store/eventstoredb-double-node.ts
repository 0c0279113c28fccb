// What the services of one EventStoreDB double share: its log, its place in the cluster, who may do what, what it counts.
import type { Metadata } from '@grpc/grpc-js';
import type { FaultPlan, Operation } from './eventstoredb-double-faults.ts';
import type { DoubleLog } from './eventstoredb-double-log.ts';
import type { ReadCall } from './eventstoredb-double-read.ts';
import { type Endpoint, type Failure, failures } from './eventstoredb-double-wire.ts';

export interface Node {
  readonly log: DoubleLog;
  readonly faults: FaultPlan;
  readonly access: Access;
  readonly maxAppendSize: number;
  readonly calls: Calls;
  readonly longestWindow: number;
  readonly dropsSlowConsumers: boolean;
  /** Undefined while the cluster has none. */
  leader(): Endpoint | undefined;
  isLeader(): boolean;
  members(): readonly Member[];
}

export interface Member extends Endpoint {
  readonly id: string;
  readonly isAlive: boolean;
  readonly isLeader: boolean;
}

export interface Calls {
  /** Calls that came in so far; of appends each append, and each event that subscriptions were to send. */
  readonly counts: Record<Operation, number>;
  /** Of batch appends each call that carries them. */
  readonly open: Set<object>;
  readonly subscriptions: Set<{ readonly call: ReadCall; stall(): void }>;
}

export interface AccessOptions {
  /** Passwords by user. Absent: everybody may do everything, as on an insecure server. */
  readonly credentials?: Readonly<Record<string, string>>;
  /** Users who may read `$all` and what belongs to the system. */
  readonly admins?: readonly string[];
  /** Whether only admins may read `$all`, as the server has it by default. */
  readonly allOnlyForAdmins?: boolean;
}

export interface Access {
  /** Why the call is not served at all. */
  refuses(metadata: Metadata): Failure | undefined;
  /** Whether the caller may use the stream; undefined: all streams. */
  allows(metadata: Metadata, stream?: string): boolean;
}

export function createAccess({ credentials, admins = ['admin'], allOnlyForAdmins = true }: AccessOptions): Access {
  if (!credentials) return { refuses: () => undefined, allows: () => true };
  return {
    refuses: (metadata) => {
      const given = givenIn(metadata);
      return given && credentials[given.user] !== given.password ? failures.unauthenticated : undefined;
    },
    allows: (metadata, stream) => {
      const user = givenIn(metadata)?.user;
      if (user === undefined) return false;
      const isForAdmins = stream === undefined ? allOnlyForAdmins : stream.startsWith('$');
      return !isForAdmins || admins.includes(user);
    },
  };
}

function givenIn(metadata: Metadata): { readonly user: string; readonly password: string } | undefined {
  const [header] = metadata.get('authorization');
  const encoded = header === undefined ? undefined : /^basic (.+)$/i.exec(String(header))?.[1];
  if (encoded === undefined) return undefined;
  const [user = '', ...password] = Buffer.from(encoded, 'base64').toString().split(':');
  return { user, password: password.join(':') };
}

/** Why a node that is not the leader does not serve a call that asks for the leader. */
export function misplaced(node: Node, metadata: Metadata): Failure | undefined {
  const requiresLeader = String(metadata.get('requires-leader')[0] ?? '').toLowerCase() === 'true';
  if (!requiresLeader || node.isLeader()) return undefined;
  return notLeader(node.leader());
}

export function notLeader(leader: Endpoint | undefined): Failure {
  return leader ? failures.notLeader(leader) : failures.noLeaderInfo;
}

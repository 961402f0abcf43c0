import type { UpstreamIdentityMode } from '../../src/auth/authorize';
import { GatewayError } from '../../src/domain/errors';
import type { UserKey } from '../../src/domain/user';
import type { UpstreamIdentity } from '../../src/feishu/ports';
import { taskId, type TenantCall } from './access-feishu';
import { keyOf, type Received, type Shown } from './access-process';
import { USERS, type ModelClient } from './access-clients';
import { isEmpty, type Schedule } from './access-schedules';
import { nameOf } from './scripted-feishu';

/** The policy, stated without the code that implements it. */
function mayHave({ principal, mayRead }: ModelClient, user: UserKey, mode: UpstreamIdentityMode) {
  const allowed = mayRead.some((one) => keyOf(one) === keyOf(user));
  return allowed && (mode === 'app' || principal.accessToken !== undefined);
}

export function isForbidden(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'FORBIDDEN';
}

/** The faults of one answer in words; none if the answer is right. */
export function faultsOf(
  { client, load, stageTasks, error }: Received,
  mode: UpstreamIdentityMode,
) {
  const { principal } = client;
  const who = `${principal.name} of ${principal.tenantKey} → ${keyOf(load.user)}`;
  if (!mayHave(client, load.user, mode)) {
    return isForbidden(error) ? [] : [`${who}: expected FORBIDDEN, got ${String(error)}`];
  }
  if (error) return isForbidden(error) ? [`${who}: expected an answer, got FORBIDDEN`] : [];
  const got = (stageTasks?.stageTasks ?? []).map(({ stageId }) => stageId).join();
  if (load.user.id === 'stranger') return got === '' ? [] : [`${who}: expected none, got ${got}`];
  if (!stageTasks) return [`${who}: got nothing`];
  const { semesterId, user, filter } = load;
  const groups = isEmpty(filter) ? ['TODO', 'DONE'] : ['TODO'];
  const query = { semesterId, idType: user.idType };
  const identity = identityOf(client, mode);
  const own = groups
    .map((option) => taskId(principal.tenantKey, query, identity, user.id, option))
    .join();
  return stageTasks.userId === user.id && got === own
    ? []
    : [`${who}: expected ${own}, got ${stageTasks.userId}, ${got}`];
}

function identityOf({ principal }: ModelClient, mode: UpstreamIdentityMode): UpstreamIdentity {
  return mode === 'caller' && principal.accessToken
    ? { kind: 'user', accessToken: principal.accessToken }
    : { kind: 'app' };
}

/** Everyone may be read with the app's token only, and by principals who may read each user. */
export function faultsOfEveryone(
  { client, error }: Shown['everyone'][number],
  mode: UpstreamIdentityMode,
) {
  const isAllowed = client.principal.policy === 'all' && mode === 'app';
  const isRight = isAllowed ? !isForbidden(error) : isForbidden(error);
  return isRight ? [] : [`${client.principal.name} → everyone: got ${String(error)}`];
}

/** Users in a call that no permitted client of the company has asked for in the name of this call. */
export function faultsOfCall(
  { tenantKey, userIds, idType, identity }: TenantCall,
  askedFor: ReadonlySet<string>,
): string[] {
  const name = `${tenantKey} ${nameOf(identity)}`;
  return userIds
    .map((id) => `${name} ${keyOf({ id, idType })}`)
    .filter((asked) => !askedFor.has(asked));
}

/**
 * Notes the users that permitted clients have asked for, with the name in which Feishu is asked. Who has asked for
 * everyone has asked for each user of the ID type: their answers are remembered, and refreshed after a reported change.
 */
export function noteAsked(
  { operations: all }: Schedule,
  mode: UpstreamIdentityMode,
  asked: Set<string>,
) {
  for (const { client, loads, asksForEveryone } of all) {
    const name = `${client.principal.tenantKey} ${nameOf(identityOf(client, mode))}`;
    const allowed = loads.map(({ user }) => user).filter((user) => mayHave(client, user, mode));
    const mayAskForEveryone = client.principal.policy === 'all' && mode === 'app';
    const [first] = asksForEveryone && mayAskForEveryone ? loads : [];
    const everyone = USERS.filter(({ idType }) => idType === first?.user.idType);
    for (const user of [...allowed, ...everyone]) asked.add(`${name} ${keyOf(user)}`);
  }
}

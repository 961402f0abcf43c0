import { GatewayError } from '../domain/errors';
import type { Principal } from '../domain/principal';
import { ID_TYPE_OF_KEY, UserIdType, type FederationUserKey, type UserKey } from '../domain/user';

/** The preferred ID type of `viewer`, so that the federation key field has a value. */
export function viewerIdType(key: FederationUserKey): UserIdType {
  return key === 'id' ? UserIdType.OPEN_ID : ID_TYPE_OF_KEY[key];
}

/** The principal as a user, with the preferred ID if it is known; `undefined` if the principal is no person. */
export function findViewer({ ids }: Principal, preferred: UserIdType): UserKey | undefined {
  const byType = (type: UserIdType) => ids.find(({ idType }) => idType === type);
  return byType(preferred) ?? byType(UserIdType.OPEN_ID) ?? ids[0];
}

/** @throws GatewayError `FORBIDDEN` if the principal is no person */
export function requireViewer(principal: Principal, preferred: UserIdType): UserKey {
  const viewer = findViewer(principal, preferred);
  if (viewer) return viewer;
  const { kind, name } = principal;
  throw new GatewayError(
    'FORBIDDEN',
    `viewer: expected a principal who is a user, got ${kind} ${name}: send the credentials of a person, or name the user in \`user(id: …)\``,
  );
}

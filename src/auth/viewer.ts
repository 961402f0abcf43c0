import { GatewayError } from '../domain/errors';
import type { Principal } from '../domain/principal';
import { ID_TYPE_OF_KEY, UserIdType, type FederationUserKey, type UserKey } from '../domain/user';

/** What `viewer` is called by, so that the field that names people has a value for them. */
export function viewerIdType(key: FederationUserKey): UserIdType {
  return key === 'id' ? UserIdType.OPEN_ID : ID_TYPE_OF_KEY[key];
}

/** The caller as a user, by the preferred ID where that is known. @throws GatewayError `FORBIDDEN` */
export function viewerOf({ kind, name, ids }: Principal, preferred: UserIdType): UserKey {
  const byType = (type: UserIdType) => ids.find(({ idType }) => idType === type);
  const viewer = byType(preferred) ?? byType(UserIdType.OPEN_ID) ?? ids[0];
  if (viewer) return viewer;
  throw new GatewayError(
    'FORBIDDEN',
    `viewer: expected a caller who is a user, got ${kind} ${name}`,
  );
}

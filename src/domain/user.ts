/** The types of Feishu's user IDs. An ID is meaningless without its type. */
export const UserIdType = {
  OPEN_ID: 'OPEN_ID',
  UNION_ID: 'UNION_ID',
  USER_ID: 'USER_ID',
  PEOPLE_ADMIN_ID: 'PEOPLE_ADMIN_ID',
} as const;
export type UserIdType = keyof typeof UserIdType;

/** One person's ID of one of the four types. */
export interface UserKey {
  readonly id: string;
  readonly idType: UserIdType;
}

/** The prefixes of the two ID types that have one. The other types are free text. */
export const USER_ID_PREFIX: Readonly<Partial<Record<UserIdType, string>>> = {
  OPEN_ID: 'ou_',
  UNION_ID: 'on_',
};

/** The type of an ID that has no explicit type, as in a federated `User`. */
export function inferUserIdType(id: string, unprefixed: UserIdType): UserIdType {
  if (id.startsWith('ou_')) return UserIdType.OPEN_ID;
  if (id.startsWith('on_')) return UserIdType.UNION_ID;
  return unprefixed;
}

/** The possible key fields of the company's own `User` type in federation. */
export const FEDERATION_USER_KEYS = ['id', 'openId', 'unionId', 'userId'] as const;
export type FederationUserKey = (typeof FEDERATION_USER_KEYS)[number];

/** The ID type of each key field, except `id`, which can hold any type. */
export const ID_TYPE_OF_KEY: Readonly<Record<Exclude<FederationUserKey, 'id'>, UserIdType>> = {
  openId: 'OPEN_ID',
  unionId: 'UNION_ID',
  userId: 'USER_ID',
};

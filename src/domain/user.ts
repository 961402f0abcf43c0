/** How Feishu can name a person. An ID means nothing without its type. */
export const UserIdType = {
  OPEN_ID: 'OPEN_ID',
  UNION_ID: 'UNION_ID',
  USER_ID: 'USER_ID',
  PEOPLE_ADMIN_ID: 'PEOPLE_ADMIN_ID',
} as const;
export type UserIdType = keyof typeof UserIdType;

/** One person under one of the four ID types. */
export interface UserKey {
  readonly id: string;
  readonly idType: UserIdType;
}

/** The two ID types that can be told from their look; the others are free text. */
export const USER_ID_PREFIX: Readonly<Partial<Record<UserIdType, string>>> = {
  OPEN_ID: 'ou_',
  UNION_ID: 'on_',
};

/** The type of an ID that arrives without one, as a federated `User` does. */
export function inferUserIdType(id: string, unprefixed: UserIdType): UserIdType {
  if (id.startsWith('ou_')) return UserIdType.OPEN_ID;
  if (id.startsWith('on_')) return UserIdType.UNION_ID;
  return unprefixed;
}

/** Which field of the company's own `User` names a person to a federated subgraph. */
export const FEDERATION_USER_KEYS = ['id', 'openId', 'unionId', 'userId'] as const;
export type FederationUserKey = (typeof FEDERATION_USER_KEYS)[number];

/** What an ID in such a field is. `id` may hold any type, and is not among them. */
export const ID_TYPE_OF_KEY: Readonly<Record<Exclude<FederationUserKey, 'id'>, UserIdType>> = {
  openId: 'OPEN_ID',
  unionId: 'UNION_ID',
  userId: 'USER_ID',
};

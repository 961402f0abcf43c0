import type { KeyGenerator } from '@urql/exchange-graphcache';

/**
 * One text can be the ID of two people, under two types. A selection without `idType` does not say
 * whose it is, so it stays in the field that it answers, whose arguments do.
 */
const identifyUser: KeyGenerator = ({ id, idType }) =>
  typeof id === 'string' && typeof idType === 'string' ? `${idType}:${id}` : null;

/** A value without an identity: it belongs to its field, where what two queries select of it adds up. */
const partOfItsField: KeyGenerator = () => null;

/** For `cacheExchange({ keys })` of `@urql/exchange-graphcache`. */
export const keys = {
  User: identifyUser,
  LocalizedText: partOfItsField,
  // Lists of values add up by position: select `option` and `count` together.
  StageTaskCount: partOfItsField,
  UpstreamQuota: partOfItsField,
};

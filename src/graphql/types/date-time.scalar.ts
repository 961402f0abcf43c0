import { GraphQLScalarType } from 'graphql';
import { GraphQLDateTime } from 'graphql-scalars';

/**
 * The library's scalar names no specification. Of the two specifications of a `DateTime` on
 * scalars.graphql.org, this one lets a client leave out the fraction of a second, as the gateway does.
 */
export const DateTimeScalar = new GraphQLScalarType({
  ...GraphQLDateTime.toConfig(),
  specifiedByURL: 'https://scalars.graphql.org/chillicream/date-time.html',
});

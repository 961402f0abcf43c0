import { GraphQLScalarType } from 'graphql';
import { GraphQLDateTime } from 'graphql-scalars';

/**
 * Adds a specification, which the library's scalar lacks. Of the two specifications of `DateTime` on
 * scalars.graphql.org, this one allows times without fractions of a second, as the gateway does.
 */
export const DateTimeScalar = new GraphQLScalarType({
  ...GraphQLDateTime.toConfig(),
  specifiedByURL: 'https://scalars.graphql.org/chillicream/date-time.html',
});

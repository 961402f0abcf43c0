import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { GatewayError } from '../domain/errors';

const TOO_DEEP = {
  message: 'operation: expected a few levels of fields and values, got more than can be read',
  extensions: { code: 'OPERATION_TOO_EXPENSIVE' },
};
/** How graphql-js ends its list of what is wrong with variables; it points at no place in the operation. */
const TOO_MANY_MISTAKES = 'Too many errors processing variables';
/** How Apollo begins to say that a page of another origin could have sent the request. */
const FORGEABLE = 'This operation has been blocked as a potential Cross-Site Request Forgery';
const HOW_TO_SEND =
  'request: expected one that a foreign page cannot send (CSRF), got one that any page can: ' +
  'send POST with `content-type: application/json` (urql: `preferGetMethod: false`), ' +
  'or GET with the header `apollo-require-preflight: true`';
/** graphql-js quotes names and values of the operation, which are as long as the client likes. */
const MAX_MESSAGE_LENGTH = 500;
const DEFECT_CODE = 'INTERNAL_SERVER_ERROR';

/**
 * What a client may read of an error: ours with their details, GraphQL's own (syntax, validation) as
 * they are, and of anything else only that it happened.
 */
export function formatError(
  formatted: GraphQLFormattedError,
  error: unknown,
): GraphQLFormattedError {
  const cause = causeOf(error);
  if (cause instanceof GatewayError) {
    return { ...formatted, extensions: { code: cause.code, ...cause.details } };
  }
  if (isDefect(error)) {
    return { ...formatted, message: 'Internal server error', extensions: { code: DEFECT_CODE } };
  }
  if (formatted.message.startsWith(FORGEABLE)) return { ...formatted, message: HOW_TO_SEND };
  if (isOutOfStack(error)) return { ...formatted, ...TOO_DEEP };
  // GraphQL's complaints about an operation come without a code, which Apollo takes for a defect.
  const code = formatted.extensions?.['code'];
  return shorten(
    code === DEFECT_CODE ? { ...formatted, extensions: { code: 'BAD_USER_INPUT' } } : formatted,
  );
}

function shorten(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const { message } = formatted;
  if (message.length <= MAX_MESSAGE_LENGTH) return formatted;
  return { ...formatted, message: `${message.slice(0, MAX_MESSAGE_LENGTH)}…` };
}

/**
 * An error of an operation that is refused before any of it is run: its HTTP status says so too. Beside
 * data an error stays at its path, with HTTP 200.
 */
export function refuseOperation(error: GatewayError): GraphQLError {
  const status = error.code === 'RATE_LIMITED' ? 429 : 400;
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: { http: { status } },
  });
}

/**
 * Whether an error is a fault of the gateway, which its log has to explain. The
 * cause decides: graphql-js copies the `extensions` of whatever was thrown, code included.
 */
export function isDefect(error: unknown): boolean {
  const cause = causeOf(error);
  if (cause instanceof GatewayError) return cause.code === DEFECT_CODE;
  if (!(cause instanceof GraphQLError)) return true;
  const { code, http } = cause.extensions;
  if (code !== undefined) return code === DEFECT_CODE;
  if (cause.message.startsWith(TOO_MANY_MISTAKES)) return false;
  // What graphql-js says of the operation itself points at a place in it; what Apollo says of the request
  // has a status.
  return cause.nodes === undefined && http === undefined;
}

/** The parser has no limit for levels but the stack, which it has run out of without harm. */
function isOutOfStack(error: unknown): boolean {
  const met = error instanceof GraphQLError ? error.originalError : undefined;
  return met instanceof GraphQLError && met.originalError instanceof RangeError;
}

/** Ours also where it has no path, since the operation was refused before any field was run. */
function causeOf(error: unknown): unknown {
  const original = error instanceof GraphQLError ? error.originalError : undefined;
  return original instanceof GatewayError ? original : unwrapResolverError(error);
}

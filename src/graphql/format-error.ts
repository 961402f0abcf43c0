import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { GatewayError } from '../domain/errors';

const TOO_DEEP = {
  message: 'operation: expected fewer levels of fields and values, got more than can be parsed',
  extensions: { code: 'OPERATION_TOO_EXPENSIVE' },
};
/** The last error that graphql-js reports for bad variables. It has no location in the operation. */
const TOO_MANY_VARIABLE_ERRORS = 'Too many errors processing variables';
/** The start of Apollo's message for a request that any web page could have sent. */
const CSRF_REFUSAL = 'This operation has been blocked as a potential Cross-Site Request Forgery';
const CSRF_HELP =
  'request: expected one that other web pages cannot send (CSRF), got one that they can: ' +
  'send POST with `content-type: application/json` (urql: `preferGetMethod: false`), ' +
  'or GET with the header `apollo-require-preflight: true`';
/** graphql-js quotes names and values of the operation, and these can be arbitrarily long. */
const MAX_MESSAGE_LENGTH = 500;
const DEFECT_CODE = 'INTERNAL_SERVER_ERROR';

/**
 * Returns the error that the client sees: a `GatewayError` with its details, an error of GraphQL (syntax,
 * validation) as it is, and any other error without its message.
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
  if (formatted.message.startsWith(CSRF_REFUSAL)) return { ...formatted, message: CSRF_HELP };
  if (isOutOfStack(error)) return { ...formatted, ...TOO_DEEP };
  // graphql-js reports bad operations without a code, and Apollo then sets the code of a defect.
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
 * Wraps the error of an operation that is rejected before execution, so that the response also gets an HTTP
 * error status. An error beside data stays at its path, with HTTP 200.
 */
export function refuseOperation(error: GatewayError): GraphQLError {
  const status = error.code === 'RATE_LIMITED' ? 429 : 400;
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: { http: { status } },
  });
}

/**
 * Whether the error is a defect of the gateway, which must be logged. The cause decides, because graphql-js
 * copies the `extensions` of any thrown value, including a `code`.
 */
export function isDefect(error: unknown): boolean {
  const cause = causeOf(error);
  if (cause instanceof GatewayError) return cause.code === DEFECT_CODE;
  if (!(cause instanceof GraphQLError)) return true;
  const { code, http } = cause.extensions;
  if (code !== undefined) return code === DEFECT_CODE;
  if (cause.message.startsWith(TOO_MANY_VARIABLE_ERRORS)) return false;
  // An error of graphql-js about the operation has nodes; an error of Apollo about the request has a
  // status.
  return cause.nodes === undefined && http === undefined;
}

/** The parser limits nesting only by the stack. An overflow there is safe to report to the client. */
function isOutOfStack(error: unknown): boolean {
  const syntaxError = error instanceof GraphQLError ? error.originalError : undefined;
  return syntaxError instanceof GraphQLError && syntaxError.originalError instanceof RangeError;
}

/** Unwraps a `GatewayError` without a path, too: Apollo's function only unwraps resolver errors. */
function causeOf(error: unknown): unknown {
  const original = error instanceof GraphQLError ? error.originalError : undefined;
  return original instanceof GatewayError ? original : unwrapResolverError(error);
}

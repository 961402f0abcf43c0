import { hasTooManyTokens, MAX_TOKENS } from '../graphql/limits/tokens';

export const TOO_MANY_TOKENS = {
  errors: [
    {
      message: `operation: expected at most ${MAX_TOKENS} tokens, got more`,
      extensions: { code: 'OPERATION_TOO_EXPENSIVE' },
    },
  ],
};

/** Whether the operation in a body is too long to parse. */
export function isTooLong(body: unknown): boolean {
  const { query } = (body ?? {}) as { query?: unknown };
  return typeof query === 'string' && hasTooManyTokens(query);
}

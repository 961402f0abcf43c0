import { GatewayError } from '../domain/errors';
import { toError } from '../domain/to-error';
import {
  ParametersRefused,
  type StageTaskPageQuery,
  type StageTaskPageSource,
} from '../feishu/ports';
import type { KnownSemesters } from '../semesters/known-semesters';

/** Feishu refused the token of a page. */
export class PageTokenRefused extends GatewayError {
  constructor({ details }: GatewayError) {
    const message =
      'Feishu does not know any more where this page goes on: read the cycle again from the start, without `after`.';
    super('UPSTREAM_REJECTED', message, details);
  }
}

/** Feishu refuses an unknown cycle and an expired page token with the same code. */
export function explainRefusals(
  source: StageTaskPageSource,
  cycles: Pick<KnownSemesters, 'refusalOf' | 'isToBlame'>,
): StageTaskPageSource {
  async function explain(query: StageTaskPageQuery, error: Error): Promise<Error> {
    if (!(error instanceof ParametersRefused)) return error;
    if (await cycles.isToBlame(query.semesterId, error)) {
      return cycles.refusalOf(query.semesterId) ?? error;
    }
    return query.pageToken === '' ? error : new PageTokenRefused(error);
  }

  return {
    ready: (identity) => source.ready(identity),
    findByPage: (query, context) =>
      source.findByPage(query, context).catch(async (error: unknown) => {
        throw await explain(query, toError(error));
      }),
  };
}

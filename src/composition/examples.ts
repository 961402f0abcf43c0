import { admitsSelf } from '../auth/auth.config';
import type { Config } from '../config';
import type { Clock } from '../domain/clock';
import { newestFirst, runsAt } from '../domain/semester-filter';
import { exampleOperations, type ExampleOperation } from '../graphql/example-operations';
import type { SemesterDirectory } from '../semesters/semester-directory';
import type { Upstream } from './upstream';

export interface ExampleParts {
  readonly clock: Pick<Clock, 'unixMs'>;
  readonly upstream: Pick<Upstream, 'example'>;
  readonly directory: Pick<SemesterDirectory, 'lastList'>;
}

/** Reads the operations that an explorer shows. No call is made for them. */
export function createExamples(
  {
    auth,
    federationUserKey,
    federationUserRootFields,
  }: Pick<Config, 'auth' | 'federationUserKey' | 'federationUserRootFields'>,
  { clock, upstream, directory }: ExampleParts,
): () => readonly ExampleOperation[] {
  // The pages need no credentials, so they show the company's cycle only where queries need none either.
  const semesters = () => (auth.anonymous ? directory.lastList() : []);
  const findIds = () => {
    const nowMs = clock.unixMs();
    const [running] = newestFirst(semesters().filter((semester) => runsAt(semester, nowMs)));
    return { semesterId: running?.id ?? '', userIds: [] };
  };
  return () =>
    exampleOperations({
      ids: upstream.example ?? findIds(),
      userKey: federationUserKey,
      userRootFields: federationUserRootFields,
      admitsPeople: admitsSelf(auth),
    });
}

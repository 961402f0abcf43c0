import type { BatchScope } from '../../batching/scope';
import type { UserIdType } from '../../domain/user';
import type { OpenLoading } from '../open-loading';
import { createOperation } from '../operation';
import { chooseCycle } from './choose-cycle';
import { attempt, describe } from './failed-call';
import { appOf, remediesFor, type App } from './remedies';
import type { Report } from './step';

/** Whom the check asks Feishu about. */
export interface CheckTarget {
  /** The company of a store app. */
  readonly tenantKey?: string | null;
  readonly idType: UserIdType;
  /** By default a cycle that runs now, else the newest one. */
  readonly semesterId: string | undefined;
  /** By default the first person of the cycle. */
  readonly userId: string | undefined;
}

/** As long as a request waits by default. */
const TIMEOUT_MS = 15_000;

/** Makes a first call of each API. */
export async function checkCalls(
  open: OpenLoading,
  target: CheckTarget,
  note: Report,
): Promise<void> {
  const app = appOf(open.upstream);
  const listedId = await checkSemesters(open, app, note);
  const semesterId = target.semesterId ?? listedId;
  if (semesterId === undefined) {
    note('skipped', 'find_by_user_list', 'no cycle to ask about: name one with --semester');
    return;
  }
  const { idType } = target;
  const scope: BatchScope = { identity: { kind: 'app' }, semesterId, idType, filter: {} };
  const ids = await checkPage(open, scope, app, note);
  const userId = target.userId ?? ids?.[0];
  if (userId === undefined) {
    note('skipped', 'find_by_user_list', 'no person to ask about: name one with --user');
  } else await checkUser(open, scope, userId, app, note);
  if (ids && idType !== 'USER_ID') {
    await checkUserIds(open, { ...scope, idType: 'USER_ID' }, app, note);
  }
}

/** @returns the cycle to ask about */
async function checkSemesters(
  { loading, deps: { clock } }: OpenLoading,
  app: App,
  note: Report,
): Promise<string | undefined> {
  const { value, error } = await attempt(async () =>
    loading.directory.list(createOperation(clock, TIMEOUT_MS)),
  );
  if (error) {
    note('failed', 'semesters', describe(error), remediesFor(error, app));
    return undefined;
  }
  const chosen = chooseCycle(value.semesters, clock.unixMs());
  if (chosen)
    note('ok', 'semesters', `${value.semesters.length} review cycles, one is ${chosen.id}`);
  else note('warning', 'semesters', 'no review cycle', ['Create one in Feishu Performance.']);
  return chosen?.id;
}

/** @returns people of the cycle; `undefined` after a fault */
async function checkPage(
  { loading, deps }: OpenLoading,
  scope: BatchScope,
  app: App,
  note: Report,
): Promise<readonly string[] | undefined> {
  const { value, error } = await attempt(async () =>
    loading.pages.read(scope, '', createOperation(deps.clock, TIMEOUT_MS)),
  );
  if (error) {
    note('failed', 'find_by_page', describe(error), remediesFor(error, app));
    return undefined;
  }
  const ids = value.page.users.flatMap((user) => (user instanceof Error ? [] : user.userId));
  note('ok', 'find_by_page', `${ids.length} people on the first page of cycle ${scope.semesterId}`);
  return ids;
}

async function checkUser(
  { loading, deps }: OpenLoading,
  scope: BatchScope,
  userId: string,
  app: App,
  note: Report,
): Promise<void> {
  const operation = createOperation(deps.clock, TIMEOUT_MS);
  const { value, error } = await attempt(() =>
    Promise.all(loading.batcher.load(scope, [userId], operation)),
  );
  const name = 'find_by_user_list';
  if (error) note('failed', name, describe(error), remediesFor(error, app));
  else if (value[0]?.stageTasks) note('ok', name, 'Feishu answers with the tasks of one person');
  else {
    note('warning', name, 'Feishu answers, but does not know this person in the cycle', [
      'Check --user, --id-type and --semester: open IDs differ in each app.',
    ]);
  }
}

/** Only a warning, because not every deployment uses IDs of this type. */
async function checkUserIds(
  { loading, deps }: OpenLoading,
  scope: BatchScope,
  app: App,
  note: Report,
): Promise<void> {
  const { error } = await attempt(async () =>
    loading.pages.read(scope, '', createOperation(deps.clock, TIMEOUT_MS)),
  );
  if (!error) {
    note('ok', 'user_id', 'IDs of type USER_ID work');
    return;
  }
  const finding = `only needed for IDs of type USER_ID: ${describe(error)}`;
  note('warning', 'user_id', finding, remediesFor(error, app));
}

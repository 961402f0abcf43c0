import type { PeopleFilter, SortKey } from '../model/people-order';
import type { ProblemKind } from '../model/problem';
import type { StageState } from '../model/stage-progress';
import type { ClosedReason, UserIdType } from '../operations';

const plural = new Intl.PluralRules('en');
const count = (n: number, one: string, other: string) =>
  `${n.toLocaleString('en')} ${plural.select(n) === 'one' ? one : other}`;
const people = (n: number) => count(n, 'person', 'people');

/** The texts of the dashboard in English. The type of this object is what each language has to have. */
export const en = {
  title: 'Review progress',
  subtitle: 'Who still has what to do, and until when',
  skipToPeople: 'Skip to the list of people',
  language: 'Language',
  theme: 'Appearance',
  themes: { system: 'System', light: 'Light', dark: 'Dark' },

  cycle: 'Review cycle',
  cyclesRunning: 'Running now',
  cyclesOther: 'Other cycles',
  cycleWithoutName: (id: string) => `Cycle ${id}`,
  loadingCycles: 'Loading the cycles…',
  cyclesUnknown: 'Not known',
  noCyclesTitle: 'There is no review cycle',
  noCyclesText: 'Create one in Feishu Performance, then load this page again.',
  team: 'Team',
  noTeam: 'No team chosen',
  ownChoice: (n: number) => `Your own choice (${n.toLocaleString('en')})`,
  teamOption: (name: string, n: number) => `${name} (${n.toLocaleString('en')})`,
  choosePeople: 'Choose people…',
  refresh: 'Refresh',
  refreshing: 'Loading…',

  emptyTitle: 'Choose whose progress you want to see',
  emptyText: 'Choose a team, search for people by name, or paste their IDs.',
  nameOfPeople: people,
  loading: (n: number) => `Loading the tasks of ${people(n)}…`,
  loaded: (n: number) => `Showing ${people(n)}.`,
  dataFrom: (oldest: string) => `Oldest data: ${oldest}`,
  dataAge: 'Age of the data',

  partialTitle: (failed: number, all: number) =>
    `${failed.toLocaleString('en')} of ${people(all)} could not be loaded`,
  partialText: 'What they have to do is not known. The numbers below leave them out.',
  staleTitle: (n: number) => `Older data of ${people(n)} is shown`,
  staleText: 'The gateway fetches newer data as soon as it can. Refresh to see it.',
  keptTitle: 'The last data that arrived is shown',
  retry: 'Try again',
  retryIn: (time: string) => `Try again in ${time}`,
  problems: {
    'rate-limited': {
      title: 'Too many requests for now',
      text: 'The limit of requests is used up for a moment. Nothing is lost: try again when the time is over.',
    },
    'quota-exhausted': {
      title: 'The quota of this month is used up',
      text: 'Feishu answers no more calls of your company this month. Ask the operator of the gateway.',
    },
    unavailable: {
      title: 'Feishu does not answer',
      text: 'Feishu is slow, down, or its answer cannot be read. Try again later.',
    },
    forbidden: {
      title: 'You may not see this',
      text: 'Your access does not include these people.',
    },
    'signed-out': {
      title: 'You are not signed in',
      text: 'The gateway does not accept your credentials. Sign in again.',
    },
    rejected: {
      title: 'Feishu does not accept an ID',
      text: 'Check the IDs, their type, and that the people belong to your company.',
    },
    offline: {
      title: 'The gateway cannot be reached',
      text: 'Check your connection, then try again.',
    },
    other: {
      title: 'The data cannot be loaded',
      text: 'The gateway reported an error. Give the code to its operator.',
    },
  } satisfies Record<ProblemKind, { title: string; text: string }>,
  code: (code: string) => `Code: ${code}`,

  summary: 'Summary',
  tilePeople: 'People',
  tileWithTasks: 'With open tasks',
  tileTodo: 'Tasks to do',
  tileOverdue: 'Tasks overdue',
  tileDone: 'Tasks done',
  tileNextDeadline: 'Next deadline',
  ofPeople: (n: number) => `of ${people(n)}`,
  atLeast: 'at least',
  none: 'None',

  stages: 'Progress by stage',
  stagesNote: 'Each person counts once in a stage, with the most urgent task.',
  noStages: 'The people with data have no tasks in this cycle.',
  stagesUnknown: 'Not known: there is no data of these people.',
  stageDone: (done: number, all: number, percent: string) =>
    `${done.toLocaleString('en')} of ${people(all)} done (${percent})`,
  stageWithoutName: (id: string) => `Stage ${id}`,
  stageStates: {
    overdue: 'Overdue',
    todo: 'To do',
    paused: 'Paused',
    unknown: 'Not known',
    done: 'Done',
  } satisfies Record<StageState, string>,

  people: 'People',
  peopleCaption: 'The people with their tasks in this cycle',
  search: 'Search by name or ID',
  filter: 'Show',
  filters: {
    all: 'Everyone',
    open: 'With open tasks',
    overdue: 'With overdue tasks',
    missing: 'Without data',
  } satisfies Record<PeopleFilter, string>,
  shownOf: (shown: number, all: number) => `${shown.toLocaleString('en')} of ${people(all)} shown`,
  showMore: (n: number) => `Show ${n.toLocaleString('en')} more`,
  noMatch: 'No person matches.',
  columns: {
    name: 'Person',
    todo: 'To do',
    overdue: 'Overdue',
    done: 'Done',
    deadline: 'Next deadline',
  } satisfies Record<SortKey, string>,
  columnTasks: 'Open tasks',
  tasksLeft: (n: number) => `${n.toLocaleString('en')} left`,
  due: (date: string, isPast: boolean) => (isPast ? `was due ${date}` : `due ${date}`),
  withoutData: (n: number) => `${n.toLocaleString('en')} without data`,
  noDeadline: 'no deadline',
  openTask: (name: string) => `${name} (opens in a new tab)`,
  allDone: 'Nothing to do',
  tasksNotListed: 'Feishu counts open tasks, but does not list them.',
  absent: 'Feishu has no data of this person in this cycle.',
  failed: 'Not loaded:',
  stale: 'older data',

  quota: 'Quota of Feishu',
  quotaLeft: (left: number, all: number) =>
    `${left} of ${count(all, 'call', 'calls')} left this minute`,
  quotaWaiting: (n: number) => `${people(n)} waiting for a call`,
  quotaNext: (time: string) => `Next call in ${time}`,
  quotaClosed: (time: string) => `No calls for ${time}`,
  closedReasons: {
    RATE_LIMITED: 'Feishu asked the gateway to wait.',
    QUOTA_EXHAUSTED: 'The quota of this month is used up.',
  } satisfies Record<ClosedReason, string>,
  quotaUnknown: 'Not known: the gateway did not answer.',
  quotaNote: 'One call covers up to 50 people. Data that the gateway has costs none.',

  dialogTitle: 'Choose people',
  dialogSearch: 'Search the directory',
  dialogFound: (shown: number, all: number) =>
    shown < all ? `The first ${shown} of ${people(all)}. Type to find others.` : people(all),
  dialogNone: 'No person matches.',
  dialogPaste: 'Or paste IDs',
  dialogPasteHint: 'Separate them with spaces, commas or lines.',
  dialogIdType: 'Type of the IDs',
  idTypes: {
    OPEN_ID: 'Open ID (ou_…)',
    UNION_ID: 'Union ID (on_…)',
    USER_ID: 'User ID',
    PEOPLE_ADMIN_ID: 'Feishu People ID',
  } satisfies Record<UserIdType, string>,
  dialogOtherType: 'The directory has IDs of another type, so only the pasted IDs are used.',
  dialogChosen: (n: number) => `${people(n)} chosen`,
  dialogTooMany: (max: number) => `At most ${people(max)}.`,
  dialogShow: (n: number) => `Show ${people(n)}`,
  dialogClear: 'Clear the choice',
  cancel: 'Cancel',
};

export type Messages = typeof en;

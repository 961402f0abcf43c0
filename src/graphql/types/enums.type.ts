import { registerEnumType } from 'type-graphql';
import { ClosedReason } from '../../domain/closed-reason';
import { Locale } from '../../domain/localized-text';
import { SemesterProgress, SemesterType, SemesterTypeGroup } from '../../domain/semester';
import { StageTaskStatus, TaskOption } from '../../domain/stage-task';
import { StageTaskOrder } from '../../domain/stage-task-order';
import { UserIdType } from '../../domain/user';

registerEnumType(UserIdType, {
  name: 'UserIdType',
  description:
    "The type of a person's ID in Feishu. An ID has a meaning only together with its type.",
  valuesConfig: {
    OPEN_ID: { description: 'Identifies a person within one app. Starts with `ou_`.' },
    UNION_ID: {
      description: 'Identifies a person within all apps of one developer. Starts with `on_`.',
    },
    USER_ID: { description: 'Identifies a person within the company.' },
    PEOPLE_ADMIN_ID: { description: 'Identifies a person in Feishu People.' },
  },
});

registerEnumType(TaskOption, {
  name: 'TaskOption',
  description: 'The group that Feishu puts a task in.',
  valuesConfig: {
    TODO: { description: 'Not done yet.' },
    DONE: { description: 'Done.' },
    OVERDUE: {
      description: 'Past its deadline. Occurs only in companies that forbid late submission.',
    },
    UNKNOWN: {
      description: 'A group that this gateway does not know yet. Not allowed in a filter.',
    },
  },
});

registerEnumType(StageTaskStatus, {
  name: 'StageTaskStatus',
  description: 'The status of a stage for one user.',
  valuesConfig: {
    NEED_TODO: { description: 'At least one task is not done yet.' },
    OVERDUE: { description: 'All remaining tasks are overdue.' },
    ALL_DONE: { description: 'All tasks are done.' },
    STAGE_PAUSE: { description: 'The stage is paused.' },
    UNKNOWN: { description: 'A status that this gateway does not know yet.' },
  },
});

registerEnumType(StageTaskOrder, {
  name: 'StageTaskOrder',
  description: 'An order of tasks.',
  valuesConfig: {
    DEADLINE: {
      description:
        "The earliest deadline first. Tasks without a deadline are last. Equal tasks are in Feishu's order.",
    },
  },
});

registerEnumType(SemesterTypeGroup, {
  name: 'SemesterTypeGroup',
  description: 'How long the review cycles of a kind last.',
  valuesConfig: {
    ANNUAL: { description: 'A year.' },
    SEMI_ANNUAL: { description: 'A half-year.' },
    QUARTER: { description: 'Three months.' },
    BIMONTH: { description: 'Two months.' },
    MONTH: { description: 'One month.' },
    NON_STANDARD: { description: 'Any other time.' },
    UNKNOWN: {
      description: 'A group that this gateway does not know yet. Not allowed as an argument.',
    },
  },
});

registerEnumType(SemesterType, {
  name: 'SemesterType',
  description: 'The part of the year that a review cycle is about.',
  valuesConfig: {
    ANNUAL: { description: 'The whole year.' },
    H1: { description: 'The first half-year.' },
    H2: { description: 'The second half-year.' },
    Q1: { description: 'The first quarter.' },
    Q2: { description: 'The second quarter.' },
    Q3: { description: 'The third quarter.' },
    Q4: { description: 'The fourth quarter.' },
    JANUARY_FEBRUARY: { description: 'January and February.' },
    MARCH_APRIL: { description: 'March and April.' },
    MAY_JUNE: { description: 'May and June.' },
    JULY_AUGUST: { description: 'July and August.' },
    SEPTEMBER_OCTOBER: { description: 'September and October.' },
    NOVEMBER_DECEMBER: { description: 'November and December.' },
    JANUARY: { description: 'January.' },
    FEBRUARY: { description: 'February.' },
    MARCH: { description: 'March.' },
    APRIL: { description: 'April.' },
    MAY: { description: 'May.' },
    JUNE: { description: 'June.' },
    JULY: { description: 'July.' },
    AUGUST: { description: 'August.' },
    SEPTEMBER: { description: 'September.' },
    OCTOBER: { description: 'October.' },
    NOVEMBER: { description: 'November.' },
    DECEMBER: { description: 'December.' },
    CUSTOM: { description: 'A time that the company has chosen.' },
    UNKNOWN: {
      description: 'A type that this gateway does not know yet. Not allowed as an argument.',
    },
  },
});

registerEnumType(SemesterProgress, {
  name: 'SemesterProgress',
  description: 'Whether the company has enabled a review cycle.',
  valuesConfig: {
    INITIATING: { description: 'The company still prepares the cycle.' },
    ENABLED: { description: 'The cycle is enabled.' },
    UNKNOWN: { description: 'A value that this gateway does not know yet.' },
  },
});

registerEnumType(ClosedReason, {
  name: 'ClosedReason',
  description: 'Why the gateway sends no calls to Feishu for now.',
  valuesConfig: {
    RATE_LIMITED: {
      description: 'Feishu rejected a call because of its rate limit and set a time to wait.',
    },
    QUOTA_EXHAUSTED: {
      description:
        'The monthly quota of calls is used up. The gateway sends one call an hour to check again.',
    },
  },
});

registerEnumType(Locale, {
  name: 'Locale',
  description: 'A language of texts.',
  valuesConfig: {
    ZH_CN: { description: 'Simplified Chinese.' },
    EN_US: { description: 'American English.' },
  },
});

import { registerEnumType } from 'type-graphql';
import { ClosedReason } from '../../domain/closed-reason';
import { Locale } from '../../domain/localized-text';
import { StageTaskStatus, TaskOption } from '../../domain/stage-task';
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

import { registerEnumType } from 'type-graphql';
import { ClosedReason } from '../../domain/closed-reason';
import { Locale } from '../../domain/localized-text';
import { StageTaskStatus, TaskOption } from '../../domain/stage-task';
import { UserIdType } from '../../domain/user';

registerEnumType(UserIdType, {
  name: 'UserIdType',
  description: 'How Feishu names a person. An ID means nothing without its type.',
  valuesConfig: {
    OPEN_ID: { description: 'A person as one app knows it. Starts with `ou_`.' },
    UNION_ID: { description: 'A person as one developer knows it. Starts with `on_`.' },
    USER_ID: { description: 'A person as the company knows it.' },
    PEOPLE_ADMIN_ID: { description: 'A person as Feishu People knows it.' },
  },
});

registerEnumType(TaskOption, {
  name: 'TaskOption',
  description: 'The group that a task stands in.',
  valuesConfig: {
    TODO: { description: 'Still to do.' },
    DONE: { description: 'Done.' },
    OVERDUE: {
      description: 'Past its deadline. Only in companies that forbid late submission.',
    },
    UNKNOWN: { description: 'A group that this gateway does not know yet. Only in answers.' },
  },
});

registerEnumType(StageTaskStatus, {
  name: 'StageTaskStatus',
  description: 'How far a stage is for one user.',
  valuesConfig: {
    NEED_TODO: { description: 'Something is still to do.' },
    OVERDUE: { description: 'All that is left is overdue.' },
    ALL_DONE: { description: 'Everything is done.' },
    STAGE_PAUSE: { description: 'The stage is paused.' },
    UNKNOWN: { description: 'A status that this gateway does not know yet.' },
  },
});

registerEnumType(ClosedReason, {
  name: 'ClosedReason',
  description: 'Why Feishu wants to be left alone.',
  valuesConfig: {
    RATE_LIMITED: { description: 'Too many calls at once; Feishu has named a time.' },
    QUOTA_EXHAUSTED: {
      description:
        'The monthly number of calls is used up; one call an hour asks whether it still is.',
    },
  },
});

registerEnumType(Locale, {
  name: 'Locale',
  description: 'A language that texts can come in.',
  valuesConfig: {
    ZH_CN: { description: 'Simplified Chinese.' },
    EN_US: { description: 'American English.' },
  },
});

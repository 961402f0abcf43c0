import type { ExampleOperation } from './plugins/landing-page.plugin';

const DOCUMENT = `# Who still has what to do? All users share upstream calls of 50.
query StageTasks($semesterId: ID!, $userIds: [ID!]!) {
  semester(id: $semesterId) {
    name {
      text
    }
    userStageTasks(userIds: $userIds) {
      user {
        id
      }
      stageTasks {
        name {
          text
        }
        deadline
        status
        needTodoCount
        jumpUrl
      }
    }
  }
}
`;

/** IDs to ask about; of the emulator's people, or none where the people are real. */
export interface ExampleIds {
  readonly semesterId: string;
  readonly userIds: readonly string[];
}

export function exampleOperation(ids: ExampleIds): ExampleOperation {
  return { document: DOCUMENT, variables: { ...ids } };
}

import type { StageKind } from './stages';

/** The fixed part of a cycle. Its dates depend on the day on which the emulator starts. */
export interface SemesterPlan {
  /** The label for random IDs. It looks like a date but does not change with the day. */
  readonly label: string;
  readonly kind: SemesterKind;
  /** The number of periods between this cycle and the running one; negative for one that has not begun. */
  readonly periodsAgo: number;
  readonly progress: 'initiating' | 'enabled';
  /** The stages of the cycle, each with the days until its deadline; negative if it has passed. */
  readonly dueInDays: Partial<Record<StageKind, number>>;
}

/** How often cycles of a kind take place. */
export type SemesterKind = 'annual' | 'half-year' | 'quarter' | 'probation';

/**
 * On any day, three cycles run and overlap: a year, a quarter and a half-year. The half-year is the last of
 * the list, and has past, open and future stages.
 */
export const SEMESTER_PLANS: readonly SemesterPlan[] = [
  {
    label: '2025/Annual',
    kind: 'annual',
    periodsAgo: 1,
    progress: 'enabled',
    dueInDays: { selfReview: -360, managerReview: -345, resultCommunication: -330 },
  },
  {
    label: '2026/Annual',
    kind: 'annual',
    periodsAgo: 0,
    progress: 'enabled',
    dueInDays: { selfReview: 20, peerReview: 34, managerReview: 48, resultCommunication: 76 },
  },
  {
    label: '2026/Q3',
    kind: 'quarter',
    periodsAgo: 0,
    progress: 'enabled',
    dueInDays: { selfReview: -20, managerReview: 6, resultConfirmation: 15 },
  },
  {
    label: '2026/Custom',
    kind: 'probation',
    periodsAgo: -1,
    progress: 'initiating',
    dueInDays: { selfReview: 70, managerReview: 80 },
  },
  {
    label: '2025/H2',
    kind: 'half-year',
    periodsAgo: 2,
    progress: 'enabled',
    dueInDays: {
      selfReview: -353,
      peerInvitation: -348,
      peerReview: -334,
      managerReview: -318,
      resultCommunication: -304,
      resultConfirmation: -297,
    },
  },
  {
    label: '2026/H1',
    kind: 'half-year',
    periodsAgo: 1,
    progress: 'enabled',
    dueInDays: {
      selfReview: -171,
      peerReview: -152,
      managerReview: -138,
      calibration: -129,
      resultCommunication: -118,
    },
  },
  {
    label: '2026/H2',
    kind: 'half-year',
    periodsAgo: 0,
    progress: 'enabled',
    dueInDays: {
      selfReview: -10,
      peerInvitation: -5,
      invitationApproval: -3,
      peerReview: 11,
      managerReview: 25,
      calibration: 46,
      resultCommunication: 60,
    },
  },
];

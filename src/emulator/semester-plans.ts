import type { StageKind } from './stages';

/** What is written down about a cycle; its dates follow from the day on which the emulator starts. */
export interface SemesterPlan {
  /** The label that IDs are drawn from. It looks like a date, and stays the same when dates move. */
  readonly label: string;
  /** How many half-years lie between this cycle and the running one. */
  readonly halfYearsAgo: number;
  /** Every stage of the cycle, and in how many days it is due; negative for days that have passed. */
  readonly dueInDays: Partial<Record<StageKind, number>>;
}

/**
 * Oldest first: two cycles that have ended and one that is running, on whatever day the emulator
 * starts. The running one has stages that are over, stages that are open and stages to come.
 */
export const SEMESTER_PLANS: readonly SemesterPlan[] = [
  {
    label: '2025/H2',
    halfYearsAgo: 2,
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
    halfYearsAgo: 1,
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
    halfYearsAgo: 0,
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

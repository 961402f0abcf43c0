import type { StageKind } from './stages';

/** The fixed part of a cycle. Its dates depend on the day on which the emulator starts. */
export interface SemesterPlan {
  /** The label for random IDs. It looks like a date but does not change with the day. */
  readonly label: string;
  /** The number of half-years between this cycle and the running one. */
  readonly halfYearsAgo: number;
  /** The stages of the cycle, each with the days until its deadline; negative if it has passed. */
  readonly dueInDays: Partial<Record<StageKind, number>>;
}

/**
 * Oldest first. On any day, two cycles have ended and one is running. The running one has past, open and
 * future stages.
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

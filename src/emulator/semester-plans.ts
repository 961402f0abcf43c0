import type { StageKind } from './stages';

/** What is written down about a cycle; the rest follows from it. Days are days in China. */
export interface SemesterPlan {
  readonly year: number;
  readonly type: 'H1' | 'H2';
  readonly firstDay: string;
  readonly lastDay: string;
  /** Every stage of the cycle and the day on which it is due. */
  readonly deadlines: Partial<Record<StageKind, string>>;
}

/** Oldest first. Fixed dates: what the emulator answers never depends on the day on which it runs. */
export const SEMESTER_PLANS: readonly SemesterPlan[] = [
  {
    year: 2025,
    type: 'H2',
    firstDay: '2025-07-01',
    lastDay: '2026-01-31',
    deadlines: {
      selfReview: '2025-12-05',
      peerInvitation: '2025-12-10',
      peerReview: '2025-12-24',
      managerReview: '2026-01-09',
      resultCommunication: '2026-01-23',
      resultConfirmation: '2026-01-30',
    },
  },
  {
    year: 2026,
    type: 'H1',
    firstDay: '2026-01-01',
    lastDay: '2026-07-31',
    deadlines: {
      selfReview: '2026-06-05',
      peerReview: '2026-06-24',
      managerReview: '2026-07-08',
      calibration: '2026-07-17',
      resultCommunication: '2026-07-28',
    },
  },
  {
    year: 2026,
    type: 'H2',
    firstDay: '2026-07-01',
    lastDay: '2027-01-31',
    deadlines: {
      selfReview: '2026-11-13',
      peerInvitation: '2026-11-18',
      invitationApproval: '2026-11-20',
      peerReview: '2026-12-04',
      managerReview: '2026-12-18',
      calibration: '2027-01-08',
      resultCommunication: '2027-01-22',
    },
  },
];

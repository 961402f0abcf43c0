import { type BilingualText, bilingual } from './bilingual-text';

/** One step of a review cycle. All participants share its ID. (fact 9) */
export interface Stage {
  /** 19 digits. */
  readonly id: string;
  readonly kind: StageKind;
  readonly name: BilingualText;
  /** Unix time in milliseconds. */
  readonly deadlineMs: number;
  readonly jumpUrl: string;
}

/** Who has tasks in a kind of stage, how many, and on which page of the product. */
export interface StageKindTraits {
  readonly name: BilingualText;
  readonly managersOnly: boolean;
  /** One task, one for each colleague to review, or one for each direct report. */
  readonly workload: 'single' | 'peers' | 'reports';
  readonly page: string;
}

export type StageKind = keyof typeof STAGE_KINDS;

export const STAGE_KINDS = {
  selfReview: everyone('single', 'self-review', bilingual('自评', 'Self review')),
  peerInvitation: everyone(
    'single',
    'invitation',
    bilingual('360° 评估人邀请', '360° reviewer invitation'),
  ),
  invitationApproval: managers(
    'invitation-approval',
    bilingual('360° 评估人确认', '360° reviewer approval'),
  ),
  peerReview: everyone('peers', 'peer-review', bilingual('360° 评估', '360° review')),
  managerReview: managers('manager-review', bilingual('上级评估', 'Manager review')),
  calibration: managers('calibration', bilingual('绩效校准', 'Calibration')),
  resultCommunication: managers('result', bilingual('结果沟通', 'Result communication')),
  resultConfirmation: everyone(
    'single',
    'confirmation',
    bilingual('结果确认', 'Result confirmation'),
  ),
} satisfies Record<string, StageKindTraits>;

function everyone(
  workload: 'single' | 'peers',
  page: string,
  name: BilingualText,
): StageKindTraits {
  return { name, managersOnly: false, workload, page };
}

function managers(page: string, name: BilingualText): StageKindTraits {
  return { name, managersOnly: true, workload: 'reports', page };
}

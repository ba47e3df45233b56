// The label card's own part in what pages/ui/card/types.d.ts describes.

interface Suggestion {
  label: string;
  confidence?: number | null;
  rationale?: string | null;
}

interface LabelItem extends Item {
  suggestion?: Suggestion | null;
}

interface LabelAnswer extends Answer {
  // label, unsure or skip.
  kind: string;
  reason: string | null;
  comment: string | null;
  flagged: boolean;
  // The turn that decides, from 0.
  evidence: number | null;
}

interface LabelDraft extends Draft {
  flagged: boolean;
  evidence: number | null;
}

interface LabelReceipt extends Receipt {
  suggestion?: Suggestion | null;
}

interface ChunkResult {
  title?: string;
  message?: string;
  mistakes?: boolean;
  stops?: boolean;
}

interface LabelReply extends Reply {
  acknowledged?: LabelReceipt[];
  items: LabelItem[];
  result?: ChunkResult | null;
}

interface LabelCall extends Call {
  holding: string[];
  answers: LabelAnswer[];
  close_chunk: number | null;
}

interface LabelTrade extends Trade {
  item: LabelItem;
  answer: LabelAnswer;
  draft: LabelDraft;
  receipt: LabelReceipt;
  body: LabelCall;
  reply: LabelReply;
  desk: LabelDesk;
  top: LabelTop;
}

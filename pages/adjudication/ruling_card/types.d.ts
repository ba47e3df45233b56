// The ruling card's own part in what pages/ui/card/types.d.ts describes.

// pages/adjudication/ruling_card/__init__.py: RulingConfig
interface RulingConfig extends CardConfig {
  wanted: Record<string, string | number>;
  undone: number;
  blind: boolean;
  known_classes: Record<string, Pick<CardClass, "title" | "color">>;
  review_url: string;
}

interface Vote {
  label: string | null;
  comment: string | null;
  flagged: boolean;
  // The turn that decided it, from 0.
  evidence?: number | null;
}

interface Case extends Item {
  // The label under suspicion and how likely it is to be wrong, as a percentage in words.
  given: string | null;
  chance: string | null;
  reasons: string[];
  junior: string | null;
  votes: Vote[];
  rulings: { label: string | null; rationale: string }[];
}

interface Ruling extends Answer {
  // label, unclear or sent_back; null where the item was passed over.
  verdict: string | null;
  rationale: string;
  blind: boolean;
  make_golden: boolean;
  corner_case: boolean;
}

interface RulingDraft extends Draft {
  golden: boolean;
  corner: boolean;
  seen: boolean;
}

// What rulings have brought: how many there were, how many of them changed the label, and that as a percentage in words.
interface Found {
  ruled: number;
  changed: number;
  share: string;
}

interface RulingReply extends Reply {
  items: Case[];
  found?: Found | null;
}

interface RulingCall extends Call {
  wanted: RulingConfig["wanted"];
  release: boolean;
  rulings: Ruling[];
}

interface RulingTrade extends Trade {
  config: RulingConfig;
  item: Case;
  answer: Ruling;
  draft: RulingDraft;
  body: RulingCall;
  reply: RulingReply;
  desk: Bench;
  top: RulingTop;
}

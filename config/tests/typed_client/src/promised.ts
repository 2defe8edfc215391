/**
 * What an app may rely on without looking. Nothing here runs: it compiles only where the schema
 * promises that a field is always there, and whether it may be null.
 */

import type {
  Assignment,
  AvailabilityAnswer,
  CancellationCategory,
  Client,
  DeliveryMethod,
  Entry,
  History,
  Notification,
  Payment,
  PhotographerRole,
  QueuedSession,
  Session,
  SessionDetail,
  SessionStatus,
  ShownLine,
  TeamMember,
  TimeOff,
  User,
  paths,
} from "../generated/schema.js";

type Text = string | null;

type SignIn = paths["/api/v1/auth/login"]["post"]["responses"];
type Refresh = paths["/api/v1/auth/refresh"]["post"]["responses"];
type Change = paths["/api/v1/sessions/{id}"]["patch"]["responses"];
type Booking = paths["/api/v1/sessions"]["post"]["responses"];

/** Refusals for which an app has something to say: each is in the schema. */
export type Documented = [
  SignIn[400 | 401 | 403 | 429],
  Refresh[401],
  Change[400 | 401 | 403 | 404 | 409 | 412 | 422 | 429 | 500 | 503],
  Booking[400 | 401 | 403 | 409 | 413 | 415 | 422 | 429 | 500 | 503],
];

export const ofEveryone = (user: User): Text[] => [user.full_name, user.phone];

export const ofAClient = (client: Client): Text[] => [
  client.secondary_phone,
  client.delivery_address,
  client.client_type,
  client.notes,
  client.tax_id,
  client.billing_name,
  client.status,
  client.language,
];

export const ofANotification = (told: Notification): Text[] => [
  told.kind,
  told.title,
  told.body,
  told.session_code,
  told.created_at,
  told.read_at,
];

export const ofASession = (session: Session): Text[] => [
  session.code,
  session.session_time,
  session.location,
  session.client_requirements,
  session.room?.name ?? null,
];

export const peopleOf = (session: Session): (number | null)[] => [
  session.photographers_needed,
  session.responsible_id,
  session.editing_assigned_to,
];

export const afterwards = (detail: SessionDetail): Text[] => [
  detail.delivery_link,
  detail.reported_incidents,
  detail.photographer_observations,
  detail.editor_observations,
];

export const delivered = (detail: SessionDetail): DeliveryMethod | null => detail.delivery_method;

/** For who may see all; others get it without the field. */
export const whyCanceled = (detail: SessionDetail): CancellationCategory | null | undefined =>
  detail.cancellation_category;

export const ofALine = (line: ShownLine): (Text | number | boolean)[] => [
  line.reference_id,
  line.reference_type,
  line.item_description,
  line.quantity,
  line.group,
  line.is_delivered,
  line.delivered_at,
];

export const roleIn = (part: Assignment | TeamMember): PhotographerRole | null => part.role;

export const ofAPart = (part: Assignment): Text[] => [
  part.coverage_start,
  part.coverage_end,
  part.attended_at,
  part.notes,
];

export const ofAPayment = (payment: Payment): Text[] => [
  payment.transaction_reference,
  payment.notes,
];

export const steps = (row: History): [SessionStatus | null, SessionStatus] => [
  row.from_status,
  row.to_status,
];

export const freeThen = (found: AvailabilityAnswer): (boolean | number)[] => [
  found.is_available,
  ...found.rooms.map((room) => room.is_free),
  ...found.photographers.map((person) => person.is_free),
  ...found.next_options.flatMap((option) => [...option.room_ids, ...option.photographer_ids]),
];

export const inTheAgenda = (entry: Entry): (Text | number | SessionStatus)[] => [
  entry.title,
  entry.starts_at,
  entry.ends_at,
  entry.room_id,
  entry.person_id,
  entry.session_id,
  entry.session_code,
  entry.status,
];

export const away = (off: TimeOff): [string, string, Text] => [
  off.starts_at,
  off.ends_at,
  off.reason,
];

export const urgency = (queued: QueuedSession): [number | null, boolean] => [
  queued.days_left,
  queued.is_overdue,
];

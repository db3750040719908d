const NO_UPLOADS = 'it has no upload service (XEP-0363)';
const NO_PEP = 'it has no PEP (XEP-0163)';
const ASKS_NO_CLIENT =
  'it answers what a client can do (XEP-0030) itself, as an account, and does not ask the client';
const LARGE = 'what a client writes behind a large stanza comes late or never';

/** Scenarios that do not run on jabberd2 2.7, by title, and what was seen there. `npm run test:jabberd2` leaves them out. */
export const NOT_ON_JABBERD2: ReadonlyMap<string, string> = new Map([
  ['a SILC user who is blocked is not heard until that ends', 'it refuses the request as bad'],
  [
    'subscriptions, voice requests and declined invitations get an answer',
    'it keeps back an answer to a subscription that was not approved before',
  ],
  ['a picture from SILC is uploaded, told as a link, and in the history of the room', NO_UPLOADS],
  ['a private picture is uploaded too', NO_UPLOADS],
  ['a file that a SILC user offers is received, uploaded and told as a link', NO_UPLOADS],
  [
    'a file is told by name, type and size where the upload service is away, and lines go on meanwhile',
    NO_UPLOADS,
  ],
  [
    'a gateway that stops for good says good-bye on both sides',
    'it answers item-not-found for a component that is away',
  ],
  [
    'after a crash of the Jabber server who comes back has never left on SILC, and who does not leaves',
    'who comes back is told in another order',
  ],
  ['hostile stanzas of one client do no harm to others', LARGE],
  ['a stanza larger than the gateway takes is refused, and nothing else happens', LARGE],
  ['what a SILC user tells by attributes is seen as of any contact', ASKS_NO_CLIENT],
  ['SILC users come into the list by a command, and are listed by it', ASKS_NO_CLIENT],
  ['what a Jabber user publishes anew is on SILC at once', NO_PEP],
  ['a Jabber user shows a profile on SILC, and takes it back', NO_PEP],
  ['who writes in German is answered in German, and others in English', 'the languages of two clients mix'],
]);

/** @typedef {{ id: number, time: number, kind: string, who?: string, to?: string, text: string }} Line */
/** @typedef {{ jabber: { jid: string }, silc: { channel: string, nickname: string } }} Settings */

/** @param {string} id */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

const lines = element('lines');
const trouble = element('trouble');
const input = /** @type {HTMLInputElement} */ (element('text'));

const response = await fetch('settings.json');
const settings = /** @type {Settings} */ (await response.json());
element('jid').textContent = settings.jabber.jid;
element('nickname').textContent = `${settings.silc.nickname} on ${settings.silc.channel}`;
input.placeholder = `Say something as ${settings.silc.nickname}`;

/**
 * Everything comes from others: it is put in as text, never as markup.
 * @param {string} text @param {string} className
 */
function piece(text, className) {
  const span = document.createElement('span');
  span.className = className;
  span.textContent = text;
  return span;
}

/** @param {Line} line */
function whoOf({ kind, who = '', to }) {
  if (kind === 'event') return '–';
  if (kind === 'action') return `* ${who}`;
  if (kind === 'private') return to === undefined ? `${who} (private)` : `${who} → ${to}`;
  return kind === 'notice' ? `-${who}-` : who;
}

/** @param {Line} line */
function show(line) {
  const atEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 40;
  const item = document.createElement('li');
  item.className = line.kind;
  if (line.who === settings.silc.nickname) item.classList.add('own');
  const time = new Date(line.time).toTimeString().slice(0, 5);
  item.append(piece(time, 'time'), piece(whoOf(line), 'who'), piece(line.text, 'text'));
  lines.append(item);
  while (lines.childElementCount > 500) lines.firstElementChild?.remove();
  if (atEnd) item.scrollIntoView();
}

const events = new EventSource('events');
events.addEventListener('line', ({ data }) => show(/** @type {Line} */ (JSON.parse(String(data)))));
events.addEventListener('members', ({ data }) => {
  const names = /** @type {string[]} */ (JSON.parse(String(data)));
  element('members').textContent = `Here: ${names.join(', ')}`;
});
events.onopen = () => (trouble.textContent = '');
events.onerror = () => (trouble.textContent = 'The demonstration does not answer. Has it ended?');

element('form').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = input.value;
  if (text.trim() !== '') void say(text);
});

/** @param {string} text */
async function say(text) {
  input.value = '';
  trouble.textContent = '';
  try {
    const answer = await fetch('say', { method: 'POST', body: text });
    if (!answer.ok) throw new Error(await answer.text());
  } catch (error) {
    trouble.textContent = error instanceof Error ? error.message : String(error);
    if (input.value === '') input.value = text;
  }
  input.focus();
}

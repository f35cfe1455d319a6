// Every word of the page, in Chinese and English, and how it says dates.

const WORDS = {
  title: ["邻里 · 模拟器", "Linli · simulator"],
  persons: ["人员", "Persons"],
  addPerson: ["添加人员", "Add a person"],
  newGroup: ["新建群", "New group"],
  name: ["名字", "Name"],
  nameHint: ["例如 mei", "for example mei"],
  language: ["语言", "Language"],
  label: ["身份（可不填）", "Role (optional)"],
  labels: ["成员,居民,工作人员,区级", "member,resident,staff,district"],
  add: ["添加", "Add"],
  create: ["建群", "Create"],
  groupTitle: ["群名", "Title of the group"],
  members: ["群成员", "Members"],
  pickMembers: ["请至少选一个人。", "Choose at least one person."],
  cancel: ["取消", "Cancel"],
  ok: ["知道了", "OK"],
  settings: ["更多", "More"],
  otherLanguage: ["English", "中文"],
  largeText: ["大字", "Large text"],
  zone: ["时钟时区", "Time zone of the clock"],
  localZone: ["本机时区", "This device"],
  nobodyOpen: ["点上面的名字，打开那个人的手机。", "Tap a name above to open that person's phone."],
  nobodyYet: ["还没有人。先添加一个人，再替他和机器人说话。", "Nobody is here yet. Add a person, then talk to the bot as that person."],
  phoneOf: ["{name} 的手机", "{name}'s phone"],
  withBot: ["与“{bot}”的对话", "Chat with {bot}"],
  inGroup: ["群“{title}”", "Group {title}"],
  chats: ["对话", "Chats"],
  unread: ["有新消息", "new messages"],
  blockedMark: ["已屏蔽", "blocked"],
  menu: ["菜单", "Menu"],
  close: ["关闭", "Close"],
  openLink: ["打开起始链接", "Open a start link"],
  pasteLink: ["粘贴链接或参数", "Paste a link or its payload"],
  pasteHint: ["https://t.me/{bot}?start=…", "https://t.me/{bot}?start=…"],
  open: ["打开", "Open"],
  otherBot: ["这个链接属于另一个机器人 @{bot}。", "This link belongs to another bot, @{bot}."],
  badPayload: ["参数只能有字母、数字、下划线和短横，最多 64 个。", "A payload is at most 64 letters, digits, _ or -."],
  block: ["屏蔽机器人", "Block the bot"],
  unblock: ["解除屏蔽", "Unblock the bot"],
  isBlocked: ["{name} 已屏蔽机器人，收不到它的消息。", "{name} has blocked the bot and gets no messages."],
  start: ["开始", "Start"],
  newChat: ["这里还没有消息。按下面的“开始”，机器人会先说话。", "No messages yet. Press Start below and the bot will speak first."],
  notMember: ["{name} 不在这个群里。", "{name} is not in this group."],
  newGroupChat: ["群里还没有消息。", "No messages in this group yet."],
  messages: ["消息", "Messages"],
  write: ["写消息", "Message"],
  send: ["发送", "Send"],
  attach: ["附件", "Attach"],
  photo: ["照片", "Photo"],
  document: ["文件", "File"],
  video: ["视频", "Video"],
  voice: ["语音", "Voice"],
  location: ["位置", "Location"],
  sticker: ["贴纸", "Sticker"],
  commands: ["命令", "Commands"],
  noCommands: ["机器人没有登记命令。", "The bot has not listed any commands."],
  keyboard: ["快捷按钮", "Quick replies"],
  caption: ["说明（可不填）", "Caption (optional)"],
  latitude: ["纬度", "Latitude"],
  longitude: ["经度", "Longitude"],
  edited: ["已编辑", "edited"],
  newest: ["回到最新", "To the newest"],
  today: ["今天", "Today"],
  spoiler: ["隐藏的内容，按下显示", "Hidden text, press to show"],
  opensOutside: ["在新标签页打开", "opens in a new tab"],
  noSuchButton: ["模拟器不支持这种按钮。", "The simulator does not support this kind of button."],
  quiz: ["测验", "Quiz"],
  poll: ["投票", "Poll"],
  closedPoll: ["已结束", "closed"],
  votes: ["{n} 人作答", "{n} answered"],
  yourChoice: ["您的选择", "your choice"],
  submit: ["提交", "Vote"],
  clock: ["模拟时间", "Simulated time"],
  nextSlot: ["到下一时点", "To next slot"],
  noSlot: ["暂无排定的时点", "none planned"],
  noSlotWhy: ["现在没有排定的时点：先排一个推送或提醒，这里就能一步跳到。", "No slot is planned: plan a push or a reminder first, then this jumps to it."],
  fixedClock: ["随真实时间", "real time"],
  fixedClockWhy: ["这个时钟随真实时间走，不能拨动。", "This clock follows real time and cannot be moved."],
  plusHour: ["+1 小时", "+1 hour"],
  plusDay: ["+1 天", "+1 day"],
  guide: ["这是“邻里”的试用页", "This is where Linli is tried out"],
  guideWhat: ["这里没有连接 Telegram：手机、对话和时间都是模拟的。说错、点错都没关系，重新启动就从头再来。",
    "Telegram is not connected: phones, chats and time are simulated. Nothing said or pressed here does harm; a restart begins anew."],
  guideTry: ["可以先试这几件事", "Four things to try"],
  guideDone: ["知道了", "Got it"],
  guideAgain: ["可以试什么", "What to try"],
  tryStudy: ["打开 {name} 的手机，点“学习”，学一课", "Open {name}'s phone, press Study and read a lesson"],
  trySuggest: ["打开 {name} 的手机，点“提建议”，说一件要修的事", "Open {name}'s phone, press Suggest and name something to repair"],
  tryAnswer: ["{name} 是工作人员：点“去办理”，答复收到的建议", "{name} is staff: open the suggestion that came in and answer it"],
  tryNewcomer: ["一个新来的人扫了门口的二维码", "A newcomer scans the code on the door"],
  newcomer: ["新来的", "newcomer"],
  lost: ["连接中断，正在重新连接…", "Connection lost, reconnecting…"],
  retry: ["立即重试", "Retry now"],
  failed: ["没有成功：{why}", "That did not work: {why}"],
  offline: ["连不上服务", "the server cannot be reached"],
};

const LANGUAGE_KEY = "linli.language";
const ASKED = localStorage.getItem(LANGUAGE_KEY) ?? navigator.language;

export const language = ASKED.toLowerCase().startsWith("en") ? "en" : "zh";
const LOCALE = language === "zh" ? "zh-CN" : "en-GB";

/** The words for `key`, with {names} filled in. */
export function word(key, values = {}) {
  const text = WORDS[key][language === "zh" ? 0 : 1];
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export function switchLanguage() {
  localStorage.setItem(LANGUAGE_KEY, language === "zh" ? "en" : "zh");
  location.reload();
}

export const languageName = (code) => ({ zh: "中文", en: "English" })[code.slice(0, 2)] ?? code;

/** A person's label, unless it only repeats the name. */
export const roleOf = (person) => (person.label === person.first_name ? null : person.label);

/** What to tell a person about a failed call. A network failure has no useful text of its own. */
export const failure = (error) =>
  word("failed", { why: error instanceof TypeError ? word("offline") : error.message });

function parts(iso, zone, wanted) {
  const format = new Intl.DateTimeFormat(LOCALE, { ...wanted, timeZone: zone, hourCycle: "h23" });
  return Object.fromEntries(format.formatToParts(new Date(iso)).map(({ type, value }) => [type, value]));
}

/** 周三 11月26日 */
export function dayText(iso, zone = undefined) {
  const day = parts(iso, zone, { weekday: "short", month: language === "zh" ? "numeric" : "short", day: "numeric" });
  return language === "zh" ? `${day.weekday} ${day.month}月${day.day}日` : `${day.weekday} ${day.day} ${day.month}`;
}

/** 14:30 */
export function timeText(iso, zone = undefined) {
  const time = parts(iso, zone, { hour: "2-digit", minute: "2-digit" });
  return `${time.hour}:${time.minute}`;
}

/** A moment as one would say it at `now`: 14:30, 周三 14:30 within a week, else 11月26日 14:30. */
export function nearText(iso, now, zone = undefined) {
  const [weekday, ...date] = dayText(iso, zone).split(" ");
  const days = (Date.parse(iso) - Date.parse(now)) / 86_400_000;
  if (dayText(iso, zone) === dayText(now, zone) && days < 1) return timeText(iso, zone);
  return `${days < 6 ? weekday : date.join(" ")} ${timeText(iso, zone)}`;
}

/** A full date for tooltips. */
export const fullText = (iso, zone = undefined) =>
  new Intl.DateTimeFormat(LOCALE, { dateStyle: "full", timeStyle: "medium", timeZone: zone }).format(new Date(iso));

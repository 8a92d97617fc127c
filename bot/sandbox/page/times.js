// Times as one person's Slack would show them: in their own zone.

const format = (at, zone, options) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }).format(at);

export const clockTime = (at, zone) => format(at, zone, { hour: "2-digit", minute: "2-digit" });
export const dayName = (at, zone) => format(at, zone, { weekday: "long", day: "numeric", month: "long" });
export const fullClock = (at, zone) =>
  `${format(at, zone, { weekday: "short", day: "numeric", month: "short", year: "numeric" })}, ${format(at, zone, { hour: "2-digit", minute: "2-digit", timeZoneName: "short" })}`;
export const preciseTime = (at, zone) =>
  format(at, zone, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });

const dayKey = (at, zone) => format(at, zone, { year: "numeric", month: "2-digit", day: "2-digit" });

// The tokens of <!date^…>: docs.slack.dev/messaging/formatting-message-text
export function slackDate(seconds, pattern, { zone, now }) {
  const at = new Date(seconds * 1000);
  const long = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
  const tokens = {
    date: () => format(at, zone, { day: "numeric", month: "long", year: "numeric" }),
    date_num: () => dayKey(at, zone).split("/").reverse().join("-"),
    date_slash: () => dayKey(at, zone),
    date_short: () => format(at, zone, { day: "numeric", month: "short", year: "numeric" }),
    date_long: () => format(at, zone, long),
    date_long_full: () => format(at, zone, long),
    day_divider_pretty: () => near(at, zone, now) ?? dayName(at, zone),
    time: () => clockTime(at, zone),
    time_secs: () => format(at, zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    ago: () => ago(at, now),
  };
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => {
    if (tokens[name]) return tokens[name]();
    const pretty = name.match(/^(.*)_pretty$/);
    return pretty && tokens[pretty[1]] ? near(at, zone, now) ?? tokens[pretty[1]]() : whole;
  });
}

function near(at, zone, now) {
  for (const [days, word] of [[0, "today"], [-1, "yesterday"], [1, "tomorrow"]]) {
    if (dayKey(at, zone) === dayKey(new Date(now.getTime() + days * 86400000), zone)) return word;
  }
  return undefined;
}

function ago(at, now) {
  const minutes = Math.round((at - now) / 60000);
  const words = new Intl.RelativeTimeFormat("en-GB", { numeric: "auto" });
  if (Math.abs(minutes) < 60) return words.format(minutes, "minute");
  if (Math.abs(minutes) < 2880) return words.format(Math.round(minutes / 60), "hour");
  return words.format(Math.round(minutes / 1440), "day");
}

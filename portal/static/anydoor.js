// Without this script everything works as well. With it, Exit leaves nothing to go back to, what is
// typed is sent without the browser writing it to its list of tabs to restore, and posted pages are
// kept in memory, so that Back shows them with their answers.
(function (d, h, pages, root, at, busy, plain, shifts, last) {
  if (!d.getElementById("exit")) return;

  function leave() {
    root.hidden = true;
    location.replace(d.getElementById("exit").href);
  }

  function keep() {
    pages[at] = [d.body, d.title, root.lang, root.dir];
  }

  function show(page) {
    root.replaceChild(page[0], d.body);
    d.title = page[1];
    root.lang = page[2];
    root.dir = page[3];
  }

  function focus(element) {
    if (element.tabIndex < 0) element.tabIndex = -1;
    element.focus();
  }

  function load(url, body, otherwise) {
    var old = d.body;
    if (busy) return;
    old.ariaBusy = busy = true;
    fetch(url, body && { method: "POST", body: body }).then(function (answer) {
      return answer.text().then(function (text) {
        var page = new DOMParser().parseFromString(text, "text/html"), top = page.documentElement;
        if (!page.getElementById("exit")) throw 0;
        keep();
        pages.length = ++at;
        h.pushState(at, "", answer.url);
        show([page.body, page.title, top.lang, top.dir]);
        scrollTo(0, 0);
        focus(d.querySelector("[autofocus],h1"));
      });
    }).catch(otherwise).then(function () {
      old.ariaBusy = busy = false;
    });
  }

  d.addEventListener("submit", function (event) {
    var form = event.target, button = event.submitter, body = new URLSearchParams(new FormData(form));
    if (plain) return;
    event.preventDefault();
    if (button) body.append(button.name, button.value);
    load(form.action, body, function () {
      plain = true;
      form.requestSubmit(button);
    });
  });

  d.addEventListener("click", function (event) {
    var link = event.target.closest("a"), to;
    if (!link || link.origin != location.origin || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.id == "exit") to = leave;
    else if (link.hash) to = focus.bind(0, d.querySelector(link.hash));
    else if (at) to = load.bind(0, link.href, null, function () { location = link.href; });
    if (!to) return;
    event.preventDefault();
    to();
  });

  addEventListener("popstate", function () {
    keep();
    at = h.state | 0;
    pages[at] ? show(pages[at]) : location.reload();
  });

  d.addEventListener("keyup", function (event) {
    shifts = event.key != "Shift" ? 0 : event.timeStamp - last < 3000 ? shifts + 1 : 1;
    last = event.timeStamp;
    if (shifts > 2) leave();
  });
})(document, history, [], document.documentElement, history.state | 0);

"""The portal's routes on a free port, with a city that does not change, or changes once."""

import contextlib
import socketserver
import threading
from itertools import islice
from types import SimpleNamespace
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from flask import Flask

from services.portal import http
from services.portal.assets import address
from services.portal.domain.needs import BY_PAGE
from services.portal.rendering import Renderer
from services.portal.snapshot_cache import SnapshotCache

RENDERER = Renderer(address)


class Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments):
        """Nothing."""


class Portal:
    """The portal's routes on a free port.

    Args:
        after: what a stream brings before it breaks off; None: it never does.
        template: a page that is served instead of all others.
    """

    def __init__(self, snapshot, after=None, template=None):
        self.snapshots = SnapshotCache(shortest_s=3600)
        self.snapshots.keep(snapshot, BY_PAGE)
        self.after = after
        self.template = template
        self.app = Flask("portal", static_folder=None, template_folder=None)
        self.app.register_blueprint(http.routes)
        self.worker = SimpleNamespace(snapshots=self.snapshots, renderer=RENDERER)

    def __call__(self, environ, start_response):
        environ["vigie.worker"] = self.worker
        if self.template is not None and environ["PATH_INFO"] == "/":
            start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
            return [self.template.encode()]
        if environ["PATH_INFO"] != "/events" or self.after is None:
            return self.app(environ, start_response)
        self.snapshots.keep(self.after, BY_PAGE)
        with contextlib.closing(self.app(environ, start_response)) as pieces:
            return list(islice(pieces, 2))

    @contextlib.contextmanager
    def served(self):
        server = make_server("127.0.0.1", 0, self, server_class=Server, handler_class=Quiet)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            self.snapshots.close()
            server.shutdown()
            thread.join()
            server.server_close()

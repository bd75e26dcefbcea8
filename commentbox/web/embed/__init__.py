"""The embed blueprint."""

from flask import Blueprint

blueprint = Blueprint("embed", __name__)

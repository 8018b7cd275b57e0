"""The block model under its former name, for chapters that are being moved to `runners.views`."""

from runners.views.section import Block as Block
from runners.views.section import Chart as Chart
from runners.views.section import Document as Document
from runners.views.section import Fact as Fact
from runners.views.section import Facts as Facts
from runners.views.section import Finder as Finder
from runners.views.section import Grid as Grid
from runners.views.section import Points as Points
from runners.views.section import Row as Row
from runners.views.section import Section as Section
from runners.views.section import Text as Text

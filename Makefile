# Each target is a thin call; `python -m tms TARGET` does the same on machines without make.
# ARGS goes on to the command:  make test ARGS="tests/test_house.py -x"
# WHEELS=dir makes setup install from that folder, without a network.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
TARGETS := setup run test test-full bench lint audit lock wheelhouse

.PHONY: $(TARGETS)
$(TARGETS):
	@$(PYTHON) -m tms $@ $(ARGS)

export WHEELS

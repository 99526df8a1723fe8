"""English words that schemas of many trades use: in a name written in one run, these are words."""

from __future__ import annotations

_WORDS = """
absence acceptance access accessory account accounting action active activity actor adapter address adjustment admin
administrator advance adverse advert advice affiliate agency agenda agent agreement airport album alert alias
allocation allowance alternative amount analysis analytics animal annotation answer apartment application appointment
approval archive area artist assessment asset assignment assistant association attachment attempt attendance attendee
attribute auction audience audit author authority availability available average award background balance band bank
banner base based basic basket batch beneficiary benefit binary binding birth block blocked blocking board body bonus
booking bookmark border bottom branch brand breakdown broadcast brochure browser budget buffer building bulk bundle
business buyer cache cached calendar call campaign cancellation candidate capability capacity caption card cardinality
career cargo carrier cart case cash category cell center central centre certificate chain challenge change channel
chapter character charge chart chat check checkin checklist checkout child children choice circuit citizen city claim
class classification clause click client clinic closing cloud cluster code collection color colour column combination
combined comment commission commit committee common communication community company compare comparison compensation
competence competition component condition conference configuration confirmation connection consent console constraint
consumer contact container content contest context contract contractor contribution control conversation conversion
cookie copy cost counter country course coverage creation creator credential credit criteria crop currency current
curriculum custom customer customization cycle daily dashboard data database date deal dealer debit decision deduction
default definition degree delay delegate delete delivery demand demographic department departure dependency dependent
deposit description design desk destination detail device diagnosis dictionary difference digital dimension direct
direction directory discount discussion disease dish dispatch dispute distance distribution district division doctor
document domain donation donor door download draft driver duration duty earning edition education effect election
element email employee employer employment engine engineer enquiry enrollment enrolment entity entry environment
equipment error escalation estimate event exam example exception exchange excluded execution exercise exhibit expense
experience expert expiration export extension external extra facility factor family favorite feature feedback field
file filter finance first fixed flag flat fleet flight floor flow folder follow follower food footer forecast form
format forum forward frame freight frequency friend fulfillment function fund gallery game gate gateway gender general
generation gift global goal goods grade grant graph ground group guarantee guard guest guide handler hardware hash
head header health height help historic history holder holding holiday home hospital host hotel hour house household
icon identifier identity image impact import incident included income index indicator individual industry information
ingredient initial inquiry insert inspection installment instance institution instruction insurance integration
interaction interest interface internal interval interview invention inventory investment invitation invite invoice
issue item journal journey keyword kind kitchen known label land language last layer layout lead league learning lease
leave lecture ledger legal lender length lesson letter level library licence license limit line link linked list
listener listing live load loan local location lock logger login lookup loss lost lottery loyalty machine mail mailing
main maintenance manager manifest manual manufacturer margin mark market marketing match material matrix meal measure
measurement media medical medicine medium meeting member membership memo menu merchant merge message meta metadata
meter method metric migration milestone mission mobile mode model modifier module money monitor month monthly mortgage
movement movie music name native nature network news newsletter node note notice notification number nurse object
objective occupation offer office officer online opening operation operator opinion opportunity option order ordered
organisation organization organizer origin other outgoing outlet output overtime owner package page parameter parent
parking part partial participant participation partner party passenger passport password patient pattern payable payer
payment payout payroll penalty pension people performance period permission permit person personal pet pharmacy phase
phone photo picture place plan planning plant plate platform play player playlist plugin point policy pool port portal
portfolio position post posting power practice preference premium prerequisite prescription presence presentation
preview price pricing primary print printer priority private prize problem procedure process processing processor
product production profession profile profit program programme progress project promotion proof property proposal
provider province provision public publication publisher purchase purpose quality quantity query question queue quiz
quota quote rack range rank rate rating reaction reader reading reason receipt receivable receiver recipe recipient
recommendation reconciliation record recovery recurring redemption redirect reference referenced referral refresh
refund region register registered registration registry regulation reimbursement rejection related relation
relationship release reminder rental repair replacement replica reply report repository request requirement research
reservation reserve resident resolution resource response restaurant restriction result resume retail return reusable
revenue review revision revoked reward right risk role roll room root rotation route routing rule safety salary sale
sample scale scan schedule scheduled scheduler school scope score screen script search season seat seating secret
section sector security segment selection seller selling semester send sender sensor sequence serial series server
service session setting settlement severity shared sheet shelf shift ship shipment shipping shop shopping show
sickness side sign signal signature simple single site size skill slide slot snapshot social software solution source
space speaker special specialty species specification speed sponsor sport staff stage stakeholder standard star start
state statement station statistic status step stock storage store story strategy stream street string student study
style subject submission subscriber subscription subsidiary substitute summary supplier supply support surcharge
survey suspension symbol symptom sync system table tag talent target task tax teacher team technician technology
telephone temperature template tenant term terminal territory test text theme thread threshold thumbnail ticket tier
time timeline timesheet title token tool topic total tour track tracking trade traffic trailer training transaction
transfer transition translation transmission transport travel treatment trial trigger trip trust type unit universe
university update upgrade upload usage user username utility vacancy vacation validation value variable variant
variation vehicle vendor venue verification version video view virtual visa visibility visit visitor visual voice
volume volunteer vote voucher voyage wage waiting wallet ward warehouse warning warranty waste watch water wave
weather webhook website week weekly weight wheel widget window winner wish wishlist withdrawal word work worker
workflow working workspace workstation world year yield zone
"""
ENGLISH_WORDS = frozenset(_WORDS.split())
